-- One more on this day, also with many callers at once.
INSERT INTO referral_api_wrongtries AS w (phone, day, tries) VALUES (%(phone)s, %(day)s, 1)
ON CONFLICT (phone, day) DO UPDATE SET tries = w.tries + 1

-- One more on this day, also with many callers at once.
INSERT INTO referral_api_wrongtries AS w (phone, lane, day, tries)
VALUES (%(phone)s, %(lane)s, %(day)s, 1)
ON CONFLICT (phone, lane, day) DO UPDATE SET tries = w.tries + 1

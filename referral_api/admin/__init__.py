"""The admin at /admin/: staff look, switch accounts off and on, and end what an account has open.
They see what became of the SMS, and open a region that the alarm has closed.

`apps.py` registers what it shows, `site.py` is the site, `login.py` its password form.
"""

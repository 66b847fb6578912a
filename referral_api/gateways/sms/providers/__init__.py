"""Providers of SMS. The name of a file is the scheme of its address in SMS_SENDERS."""

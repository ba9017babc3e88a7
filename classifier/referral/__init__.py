"""The referral room: the register of subjects that go to the Central Referral Unit, its matcher, urgency, circulations.

In: a letter's applicant-blind text, its questions and dates. Out: `Referral`, `Urgent` and `Circulation` values. The
register and the urgency cues are data (`register.toml`, `urgent.toml`) in the language of `patterns`.
"""

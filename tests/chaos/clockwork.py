"""The site's Celery with a tick every second and a beat that knows no other: two of them tick twice as often."""

import os

from config.celery import app

app.conf.beat_schedule = {"tick": {"task": "committee.tasks.tick", "schedule": 1.0, "options": {"expires": 5}}}
app.conf.beat_scheduler = "celery.beat:PersistentScheduler"
app.conf.beat_schedule_filename = os.environ.get("CLOCKWORK_BEAT_FILE", "beat-schedule")
app.conf.beat_max_loop_interval = 1

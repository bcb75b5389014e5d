"""The embedded broker hands each message to one worker, and never half of one."""

import threading
import uuid
from queue import Empty

import pytest
from kombu import Connection

import config.celery  # noqa: F401  # which names the transport


@pytest.fixture
def folders(tmp_path):
    """The options of a broker in a folder of the test's own."""
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    queue = str(tmp_path / "queue")
    return {
        "data_folder_in": queue,
        "data_folder_out": queue,
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.01,
    }


@pytest.fixture
def name():
    """A queue of the test's own: within one process kombu remembers which ones it has announced, whatever the folder."""
    return f"q{uuid.uuid4().hex}"


@pytest.fixture
def connect(folders, name):
    """Opens a SimpleQueue to the broker, as another process would."""
    opened = []

    def connect():
        connection = Connection("files://localhost", transport_options=folders)
        opened.append(connection)
        return connection.SimpleQueue(name)

    yield connect
    for connection in opened:
        connection.release()


def everything(queue, *, done):
    """Takes messages until ``done`` is set and nothing is left."""
    taken = []
    while True:
        was_done = done.is_set()
        try:
            message = queue.get(timeout=0.05)
        except Empty:
            if was_done:
                return taken
            continue
        message.ack()
        taken.append(message.payload["n"])


def test_messages_arrive_whole_and_in_order(connect, tmp_path):
    here, there = connect(), connect()
    for n in range(20):
        here.put({"n": n, "text": "发展党员" * 1000})
    done = threading.Event()
    done.set()
    assert everything(there, done=done) == list(range(20))
    assert not list((tmp_path / "queue").iterdir())


def test_two_takers_beside_a_writer_get_each_message_once(connect):
    writer, takers = connect(), [connect(), connect()]
    done, taken, failures = threading.Event(), [], []

    def take(queue):
        try:
            taken.extend(everything(queue, done=done))
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=take, args=(queue,)) for queue in takers]
    for thread in threads:
        thread.start()
    for n in range(300):
        writer.put({"n": n})
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(taken) == list(range(300))


@pytest.mark.parametrize("left", [b"", b'{"body": "half', b"\xff\xfe"])
def test_a_file_that_a_power_cut_left_empty_or_torn_is_passed_over(connect, name, tmp_path, left):
    queue = connect()
    (tmp_path / "queue" / f"0_torn.{name}.msg").write_bytes(left)
    queue.put({"n": 1})
    message = queue.get(timeout=1)
    assert message.payload == {"n": 1}
    message.ack()


def test_what_is_still_being_written_is_not_taken(connect, tmp_path):
    queue = connect()
    (tmp_path / "queue" / "0_unfinished.part").write_bytes(b"{")
    with pytest.raises(Empty):
        queue.get(timeout=0.1)
    assert (tmp_path / "queue" / "0_unfinished.part").exists()

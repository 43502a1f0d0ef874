from threading import Thread

from monitor.shared_head import SharedHead


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_stands_plays_at_its_speed_and_stops_at_the_end():
    clock = Clock()
    head = SharedHead(60.0, clock)
    clock.now += 5
    assert head.at() == 0.0
    head.play()
    clock.now += 5
    assert head.at() == 5.0
    head.set_speed(4.0)
    clock.now += 5
    assert head.at() == 25.0
    clock.now += 100
    assert head.at() == 60.0
    assert not head.playing


def test_who_follows_what_is_heard_is_put_there_unless_it_was_sent_elsewhere_meanwhile():
    clock = Clock()
    head = SharedHead(60.0, clock)
    head.play()
    jump = head.jumps
    head.anchor(10.0, clock.now, jump)
    assert head.at() == 10.0
    head.seek(30.0)
    head.anchor(10.0, clock.now, jump)
    assert head.at() == 30.0


def test_a_seek_or_the_end_frees_who_waits():
    head = SharedHead(60.0)
    found: list[bool] = []
    for free in (lambda: head.seek(20.0), head.close):
        waiting = Thread(target=lambda jump=head.jumps: found.append(head.wait_until(50.0, jump)), name="waiting")
        waiting.start()
        free()
        waiting.join(10)
        assert not waiting.is_alive()
    assert found == [False, False]

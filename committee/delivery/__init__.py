"""From a due digest to the mail server's answer, so that a death at any point leaves something that somebody sees to."""

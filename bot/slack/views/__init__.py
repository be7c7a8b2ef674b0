"""Rendering: domain values in, `Part`s and views out. Pure: no I/O, no clock.

`render` picks what is shown of a reply or a page. Each page and message has a module of
its own, over `mrkdwn` (Slack's markup), `message` (blocks, their limits and lines),
`modal`, `controls`, `footer` and `times`.
"""

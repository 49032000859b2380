test "all processes of session 1 are stopped" {
  run = "pkill -s 1"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "all processes of a terminal are stopped" {
  run = "pkill -t pts/0"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "a process is stopped" {
  run = "kill -9 4711"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "a process that nobody knows yet" {
  run    = "sh -c 'kill $PID'"
  expect = "confirm"
}

test "a server reads its configuration" {
  run    = "kill -HUP 4711"
  expect = "allow"
}

test "the same, with the signal as a word" {
  run    = "sh -c 'kill -s HUP 4711'"
  expect = "allow"
}

test "the same, by its number" {
  run    = "kill -1 4711"
  expect = "allow"
}

test "every process" {
  run    = "kill -1 -1"
  expect = "confirm"
}

test "no process at all" {
  run    = "kill"
  expect = "confirm"
}

test "the names of signals" {
  run    = "kill -l"
  expect = "allow"
}

test "by name" {
  run    = "pkill -9 -f postgres"
  expect = "confirm"
}

test "reboot, in whichever window" {
  run = "sudo reboot"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "cancelling a shutdown" {
  run    = "shutdown -c"
  expect = "allow"
}

test "init 0 is a shutdown" {
  run    = "init 0"
  expect = "confirm"
}

test "init q reads its table again" {
  run    = "init q"
  expect = "allow"
}

test "stopping a service" {
  run = "sudo systemctl --now disable postgresql"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "stopping a service elsewhere" {
  run    = "systemctl -H db2.example stop postgresql"
  expect = "confirm"
  type   = "db2.example"
}

test "looking at a service" {
  run    = "systemctl status postgresql"
  expect = "allow"
}

test "an unknown word may be stop, or name another host" {
  run    = "sh -c 'systemctl $VERB postgresql'"
  expect = "deny"
}

test "the value of a flag that nobody declared is no verb" {
  run = "systemctl --new-flag upgrade reboot"
  given { host = { name = "db1.example" } }
  expect = "confirm"
  type   = "db1.example"
}

test "a target that stops the host is started again" {
  run    = "systemctl restart poweroff.target"
  expect = "confirm"
}

test "a rehearsal" {
  run    = "systemctl --dry-run reboot"
  expect = "allow"
}

test "a rehearsal that is none" {
  run    = "systemctl --dry-run stop nginx"
  expect = "confirm"
}

test "a name that was never set is everybody" {
  run = "pkill -HUP ''"
  given { probe = { all = ["1", "2", "812"] } }
  expect = "confirm"
}

test "so is a pattern that matches each name" {
  run = "killall -HUP -r '.*'"
  given { probe = { all = ["1", "2", "812"] } }
  expect = "confirm"
}

test "one service reads its configuration" {
  run    = "pkill -HUP -x nginx"
  expect = "allow"
}

test "killall5 spares nobody" {
  run = "killall5 -HUP"
  given { probe = { all = ["1", "2", "812"] } }
  expect = "confirm"
}

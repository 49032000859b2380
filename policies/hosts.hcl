# Hosts and their services: whoever stops one types its name, from memory. It is
# not shown: the wrong window is the usual mistake.

policy "stop-host" {
  summary    = "${program} this host"
  applies_to = [command.halt]
  when       = !arg.harmless
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

policy "change-runlevel" {
  summary    = "switch this host to run level ${arg.level}"
  applies_to = [command.init]
  when       = arg.level != null && contains(["0", "1", "6", "s", "S"], arg.level)
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

locals {
  stopping_units = ["ctrl-alt-del.target", "emergency.target", "exit.target", "halt.target", "hibernate.target", "kexec.target", "poweroff.target", "reboot.target", "rescue.target", "runlevel0.target", "runlevel1.target", "runlevel6.target", "shutdown.target", "soft-reboot.target", "suspend.target"]
}

policy "stop-service" {
  summary    = "${arg.verb} ${join(" ", arg.units)}"
  applies_to = [command.systemctl]
  when = !arg.user && arg.verb != null && (contains([
    "stop", "disable", "mask", "isolate", "kill", "reboot", "poweroff", "halt", "kexec", "soft-reboot", "rescue", "emergency", "default", "suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate", "sleep",
    "exit", "switch-root", "clean", "revert",
  ], arg.verb) || arg.verb == "start" && length([for u in arg.units : u if contains(local.stopping_units, u)]) > 0)
  confirm {
    type = arg.host == null ? host.name : arg.host
    show = false
    hint = "the name of the host it stops on"
  }
}

locals {
  # By these a server reads its files anew; what does not know them may end.
  gentle_signals = [ # as the first word
    "-0", "-1", "-10", "-12", "-18", "-28", "-t", "-HUP", "-SIGHUP", "-USR1", "-SIGUSR1", "-USR2", "-SIGUSR2", "-CONT", "-SIGCONT", "-WINCH", "-SIGWINCH", "--signal=HUP", "--signal=USR1", "--signal=USR2",
    "-l", "-L", "--list", "--table", "-V", "--version", "-h", "--help",
  ]
  gentle_names = ["0", "1", "10", "12", "18", "28", "HUP", "SIGHUP", "USR1", "SIGUSR1", "USR2", "SIGUSR2", "CONT", "SIGCONT", "WINCH", "SIGWINCH"]
}

# The word after the program may be "-1", which is a hang-up then.
policy "signal-everything" {
  summary    = "signal every process of this host, or its first one"
  applies_to = [command.kill]
  when       = program == "kill" && length([for i, word in argv : word if i > 1 && contains(["-1", "1"], word)]) > 0 && length([for i, word in argv : word if i == 1 && word == "-0"]) == 0
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

policy "stop-process" {
  summary    = "signal ${join(" ", arg.processes)}"
  applies_to = [command.kill]
  when       = length([for i, word in argv : word if i == 1 && contains(local.gentle_signals, word)]) == 0 && !contains(local.gentle_names, arg.signal == null ? "" : arg.signal)
  confirm { type = host.name }
}

policy "stop-by-name" {
  summary    = "signal what is called ${join(" ", arg.names)}"
  applies_to = [command.kill-by-name, command.pkill]
  when       = length([for i, word in argv : word if i == 1 && contains(local.gentle_signals, word) && !contains(["-t", "-L"], word)]) == 0 && !contains(local.gentle_names, arg.signal == null ? "" : arg.signal)
  confirm { type = host.name }
}

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

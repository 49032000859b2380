# Hosts and their services: whoever stops one types its name, from memory. It is
# not shown: the wrong window is the usual mistake.

policy "stop-host" {
  summary    = "${program} ${host.name}"
  applies_to = [command.halt]
  when       = !arg.harmless
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

policy "change-runlevel" {
  summary    = "switch ${host.name} to run level ${arg.level}"
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

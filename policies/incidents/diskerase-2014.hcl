# 11 August 2014, Google: a decommissioning is restarted, the list of machines left
# to do is empty, and empty means all: every satellite machine is erased.
#
# The program decom is a stand-in. Invented: its flags, the numbers of machines,
# all limits. A percentage alone is no safeguard, and must not block the repair:
# that is another command, with limits of its own.

command "decom" {
  program    = "decom"
  subcommand = "send"
  flag "satellite" { required = true }
  flag "machines" {
    type     = string
    required = true # empty never means all
    target   = "name"
  }
}

policy "diskerase" {
  summary    = "erase ${arg.machines} of ${arg.satellite}"
  applies_to = [command.decom]

  probe "exec" "fleet" { # {"machines": 2000, "in_satellite": 40}
    argv   = ["decom", "fleet", "--json", "--satellite", arg.satellite]
    decode = "json"
  }
  blast_radius "machines" {
    affected    = split(",", arg.machines)
    total       = probe.fleet.machines
    max         = 100
    max_percent = 5
    budget {
      key = arg.satellite
      max = 100
      per = "24h"
    }
  }
  rule "one satellite" {
    condition     = length(split(",", arg.machines)) <= probe.fleet.in_satellite
    error_message = "more machines than satellite ${arg.satellite} has"
  }
  confirm {}
}

test "Google, 2014: an empty list" {
  run = "decom send --satellite a12bcd34 --machines ''"
  given { probe = { fleet = { machines = 2000, in_satellite = 40 } } }
  expect = "deny"
}

test "Google, 2014: what was meant" {
  run = "decom send --satellite a12bcd34 --machines m1,m2,m3"
  given { probe = { fleet = { machines = 2000, in_satellite = 40 } } }
  expect = "confirm"
}

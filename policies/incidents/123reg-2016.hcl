# 16 April 2016, 123-reg: a clean-up gets no records from the master database, and
# deletes the images of live customers as orphans.
#
# The program is a stand-in. Invented: its flags, the limits.

command "vps-cleanup" {
  program = "vps-cleanup"
  flag "delete-orphans" { type = bool }
  flag "suspend-orphans" { type = bool }
}

policy "vps-cleanup" {
  summary    = "clean up images that the master database does not know"
  applies_to = [command.vps-cleanup]

  probe "exec" "plan" { # {"records": 1200, "orphans": ["vps-1"]}
    argv   = ["vps-cleanup", "--plan", "--json"]
    decode = "json"
  }
  rule "the master answered" {
    condition     = probe.plan.records >= 10
    error_message = "${probe.plan.records} records: no answer is not an empty list"
  }
  rule "suspend first" {
    condition     = !arg.delete-orphans
    error_message = "use --suspend-orphans: it can be undone"
    enforcement   = "soft-mandatory"
  }
  blast_radius "images" {
    affected = probe.plan.orphans
    max      = 5
  }
}

test "123-reg, 2016: zero records" {
  run = "vps-cleanup --delete-orphans"
  given { probe = { plan = { records = 0, orphans = ["a", "b", "c", "d", "e", "f", "g"] } } }
  expect = "deny"
  checks = ["rule.the master answered", "rule.suspend first", "blast_radius.images.max"]
}

test "123-reg, 2016: what was meant" {
  run = "vps-cleanup --suspend-orphans"
  given { probe = { plan = { records = 1200, orphans = ["a", "b"] } } }
  expect = "allow"
}

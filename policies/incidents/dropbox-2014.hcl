# 10 January 2014, Dropbox: the script of an operating-system upgrade reinstalls
# machines on which live databases run.
#
# The program is a stand-in. Invented: its flags, the hosts, the shard.

command "reimage" {
  program = "reimage"
  flag "os" { required = true }
  flag "hosts" {
    required = true
    target   = "name"
  }
}

policy "reimage" {
  summary    = "reinstall ${arg.hosts}"
  applies_to = [command.reimage]

  probe "exec" "inventory" { # {"db-7": {"role": "primary"}, …}, asked of the machines themselves
    argv   = ["reimage", "inventory", "--json", "--hosts", arg.hosts]
    decode = "json"
  }
  role {
    for_each = probe.inventory
    of       = each.value
    must_be  = "idle"
  }
  blast_radius "hosts" {
    affected = keys(probe.inventory)
    max      = 40
  }
  confirm {}
}

test "Dropbox, 2014: some of the batch are databases" {
  run = "reimage --os precise --hosts @upgrade-batch-7"
  given { probe = { inventory = { web-1 = { role = "idle" }, db-7 = { role = "primary" }, db-8 = { role = "replica" } } } }
  expect = "deny"
  checks = ["role"]
}

test "Dropbox, 2014: what was meant" {
  run = "reimage --os precise --hosts @upgrade-batch-7"
  given { probe = { inventory = { web-1 = { role = "idle" }, web-2 = { role = "idle" } } } }
  expect = "confirm"
}

# 27 May 2014, Joyent us-east-1: a reboot is sent to every server of the data
# centre, because no list of nodes was given.
# https://www.tritondatacenter.com/blog/postmortem-for-outage-of-us-east-1-may-27-2014
#
# The argv is reconstructed. Invented: 500 nodes, four meant, all limits.

command "on-each-node" {
  program = "sdc-oneachnode"
  flag "nodes" {
    short    = "n"
    type     = string
    required = true # no list is not the list of all
    target   = "name"
  }
  operand "command" {
    type   = list(string)
    target = "none"
  }
}

policy "on-each-node" {
  summary    = "${join(" ", arg.command)} on ${arg.nodes}"
  applies_to = [command.on-each-node]

  probe "exec" "servers" {
    argv   = ["sdc-server", "list", "-H", "-o", "hostname"]
    decode = "lines"
  }
  blast_radius "nodes" {
    affected    = split(",", arg.nodes == null ? "" : arg.nodes)
    total       = length(probe.servers)
    max         = 10
    max_percent = 50
  }
  confirm {}
}

test "Joyent, 2014: no list of nodes" {
  run = "sdc-oneachnode reboot"
  given { probe = { servers = ["cn-1", "cn-2", "cn-3", "cn-4", "cn-5", "cn-6", "cn-7", "cn-8", "cn-9", "cn-10"] } }
  expect = "deny"
}

test "Joyent, 2014: what was meant" {
  run = "sdc-oneachnode -n cn-1,cn-2,cn-3,cn-4 reboot"
  given { probe = { servers = ["cn-1", "cn-2", "cn-3", "cn-4", "cn-5", "cn-6", "cn-7", "cn-8", "cn-9", "cn-10"] } }
  expect = "confirm"
}

# 31 January 2017, in small: the limits of the incident's policy, with a backup
# of megabytes instead of hundreds of gigabytes.

command "rm" {
  program     = "rm"
  other_flags = "harmless" # -f, -v, -i …
  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

policy "data-directory" {
  summary    = "delete ${join(", ", arg.paths)}"
  applies_to = [command.rm]
  when       = length(probe.db.found) > 0

  probe "datadir" "db" {
    paths = arg.paths
  }
  probe "backups" "dump" {
    glob = "${dirname(cwd)}/backups/*.dump"
  }

  role {
    for_each = probe.db.found
    of       = each.value
    must_be  = "secondary"
  }
  backup {
    of       = probe.dump
    max_age  = "24h"
    min_size = "1MB"
  }
  confirm {
    type       = "secondary ${basename(cwd)}"
    unattended = "text"
  }
}

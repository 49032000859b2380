# 14 to 16 December 2021, Kyoto University: a clean-up of backup logs deletes 77 TB
# below /LARGE0, because a variable of the script was empty when it ran.
#
# The argv is reconstructed. Invented: the variable's name, the limit.

command "log-cleanup" {
  program = "find"
  style   = "go"
  flag "delete" { type = bool }
  flag "test" {
    long = ["type", "mtime", "name"]
    type = list(string)
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

policy "log-cleanup" {
  summary    = "delete old files below ${join(", ", arg.paths)}"
  applies_to = [command.log-cleanup]
  when       = arg.delete

  probe "tree" "below" {
    paths = arg.paths
    limit = 100000
  }
  rule "only the backup's logs" {
    condition     = length([for t in target.resolved : t if !inside(t, ["/LARGE0/.backup/log"])]) == 0
    error_message = "only what is below /LARGE0/.backup/log may be cleaned up"
  }
  blast_radius "files" {
    affected = probe.below.entries
    max      = 100000
  }
}

test "Kyoto, 2021: the whole file system" {
  run = "find /LARGE0 -type f -mtime +10 -delete"
  given { probe = { below = { entries = unknown("counted to 100001") } } }
  expect = "deny"
  checks = ["rule.only the backup's logs", "blast_radius.files.max"]
}

test "Kyoto, 2021: as the script has it" {
  run    = "sh -c 'find \"$LOGDIR\" -type f -mtime +10 -delete'"
  expect = "deny"
}

test "Kyoto, 2021: what was meant" {
  run = "find /LARGE0/.backup/log -type f -mtime +10 -delete"
  given { probe = { below = { entries = 5000 } } }
  expect = "allow"
}

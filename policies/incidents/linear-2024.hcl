# 24 January 2024, Linear: TRUNCATE … CASCADE in a migration empties the tables
# that refer to the new one, too.
#
# The statement is verbatim but for the table's name, the client is invented.

command "psql-statement" {
  program = "psql"
  flag "command" {
    short  = "c"
    type   = list(string)
    target = "none"
  }
  flag "host" { short = "h" }
  flag "dbname" { short = "d" }
  flag "username" { short = "U" }
  flag "port" { short = "p" }
  operand "database" { target = "name" }
  operand "as" { target = "none" }
}

policy "no-cascade" {
  summary    = "SQL on ${arg.host}"
  applies_to = [command.psql-statement]
  when       = arg.command != null

  rule "no cascade" {
    condition     = length([for c in arg.command : c if length(split("CASCADE", upper(c))) > 1]) == 0
    error_message = "name every table: CASCADE also empties those that refer to it"
  }
}

test "Linear, 2024: one table, and seven that refer to it" {
  run    = "psql -h db-prod -c 'TRUNCATE TABLE new_table CASCADE'"
  expect = "deny"
  checks = ["rule.no cascade"]
}

test "Linear, 2024: what was meant" {
  run    = "psql -h db-prod -c 'TRUNCATE TABLE new_table, new_table_2'"
  expect = "allow"
}

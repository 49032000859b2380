# Databases: who deletes a data directory must be on a secondary whose primary
# is alive. The engine is recognised and asked; it need not run.
#
# Where the backups are differs on every host. To demand one as well, write a
# policy for the same commands in /etc/guard/policies, with
#
#   probe "backups" "dump" { glob = "/var/backups/db/*.dump" }
#   backup {
#     of       = probe.dump
#     max_age  = "24h"
#     min_size = "50%"
#   }

locals {
  # Roles in which a data directory may be deleted; former is a stopped primary whose
  # place another server has taken. To retire a primary, stop it being one, move its
  # directory aside, or allow it here in a copy in /etc/guard/policies.
  roles_to_delete = ["secondary", "former"]
  # Servers that may have taken a primary's place, beside those of its own host and
  # the one that it followed before: "host=db2 port=5432 user=guard passfile=/etc/guard/pgpass".
  candidates = []
}

policy "database-directory" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm, command.remove-one, command.removed, command.shred, command.truncate]
  when       = length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" {
    paths      = arg.paths
    follow     = !contains(["rm", "rmdir", "unlink"], program)
    candidates = local.candidates
  }
  locals { # logs and configuration inside are nobody's data
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for t in probe.at : t if t.type != null && !inside(t.resolved, local.logs) && !(t.type == "file" && endswith(t.resolved, ".conf"))]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

# Into a directory that holds one elsewhere, anything may be written.
policy "database-directory-write" {
  summary    = "${program} writes into ${join(" ", arg.paths)}"
  applies_to = [command.written, command.replaced, command.edited]
  when       = length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "datadir" "db" { paths = [for t in probe.at : t.type == "directory" ? "${t.real}/-" : t.real] }
  locals {
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for t in probe.at : t if t.type != null && !inside(t.real, local.logs) && !(t.type == "file" && endswith(t.real, ".conf"))]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

# Also where find runs a program for each file, or writes over one.
policy "database-directory-found" {
  summary    = "delete what find finds below ${join(" ", arg.paths)}"
  applies_to = [command.find]
  when       = local.loses && length(local.data) > 0 && length(probe.db.found) > 0

  probe "resolve" "at" { paths = local.hit }
  probe "datadir" "db" {
    paths  = local.hit
    follow = arg.follow || arg.follow_starts || length(arg.writes) > 0
  }
  locals { # logs and configuration inside are nobody's data
    programs = [for e in arg.executes : e if arg.unrestricted && contains(["rm", "rmdir", "shred", "unlink"], e)] # else its steps are decided
    removes  = arg.delete || length(local.programs) > 0
    loses    = local.removes || length(arg.writes) > 0
    hit      = concat(local.removes ? arg.paths : ["/dev/null"], arg.writes) # else there is nothing to look at
    logs     = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data     = [for t in probe.at : t if t.type != null && !inside(t.resolved, local.logs) && !(t.type == "file" && endswith(t.resolved, ".conf"))]
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm {}
}

policy "database-directory-move" {
  summary    = "move ${join(" ", arg.paths)}"
  applies_to = [command.mv]
  when       = length(local.data) > 0 && length(probe.db.found) > 0 && !local.aside

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "ways" { paths = arg.paths }
  probe "resolve" "to" { paths = [local.end, dirname(local.end)] }
  probe "datadir" "db" {
    paths      = [for i, p in arg.paths : p if local.hit[i]]
    follow     = false
    candidates = local.candidates
  }
  locals { # what is moved, and the file that it takes the place of
    hit  = [for i, t in probe.at : arg.target-directory != null || i < length(arg.paths) - 1 || t.type == "file" && !endswith(t.resolved, ".conf")]
    logs = flatten([for f in probe.db.found : ["${f.path}/log", "${f.path}/pg_log"]])
    data = [for i, t in probe.at : t if local.hit[i] && (t.type == "directory" || t.type == "file" && !endswith(t.resolved, ".conf")) && !inside(t.resolved, local.logs)]
    from   = join("", [for i, t in probe.ways : t.resolved if i == 0])
    onto   = join("", [for i, t in probe.ways : t.type == "directory" ? "${t.resolved}/${basename(local.from)}" : t.resolved if i == 1])
    end    = length(arg.paths) == 2 && arg.target-directory == null ? local.onto : "/"
    device = [for i, t in probe.ways : t.device if i == 0 && t.type == "directory"] # a rename stays on it
    there  = length([for i, t in probe.to : t if i == 0 && t.type == null]) == 1 && length([for i, t in probe.to : t if i == 1 && t.type == "directory" && contains(local.device, t.device)]) == 1
    aside  = local.there && length([for f in probe.db.found : f if !f.running && inside(f.path, [local.from])]) == length(probe.db.found)
  }
  role {
    for_each       = probe.db.found
    of             = each.value
    must_be        = local.roles_to_delete
    upstream_alive = true
    on_unknown     = "soft-mandatory"
  }
  confirm { targets = [for t in local.data : t.resolved] }
}

# A directory that is only renamed can be renamed back: asked in every role, as long
# as no server runs in it.
policy "database-directory-aside" {
  summary    = "move aside ${join(" ", arg.paths)}"
  applies_to = [command.mv]
  when       = length(probe.db.found) > 0 && local.aside

  probe "resolve" "ways" { paths = arg.paths }
  probe "resolve" "to" { paths = [local.end, dirname(local.end)] }
  probe "datadir" "db" {
    paths      = [for i, p in arg.paths : p if i == 0]
    follow     = false
    candidates = local.candidates
  }
  locals {
    from   = join("", [for i, t in probe.ways : t.resolved if i == 0])
    onto   = join("", [for i, t in probe.ways : t.type == "directory" ? "${t.resolved}/${basename(local.from)}" : t.resolved if i == 1])
    end    = length(arg.paths) == 2 && arg.target-directory == null ? local.onto : "/"
    device = [for i, t in probe.ways : t.device if i == 0 && t.type == "directory"] # a rename stays on it
    there  = length([for i, t in probe.to : t if i == 0 && t.type == null]) == 1 && length([for i, t in probe.to : t if i == 1 && t.type == "directory" && contains(local.device, t.device)]) == 1
    aside  = local.there && length([for f in probe.db.found : f if !f.running && inside(f.path, [local.from])]) == length(probe.db.found)
  }
  role {
    for_each    = probe.db.found
    of          = each.value
    must_be     = ["primary", "secondary", "former"]
    enforcement = "advisory" # only shown, and in the text to type
  }
  confirm { targets = [local.from] }
}

# A server does not start when others may read its directory, or it may not.
policy "database-directory-change" {
  applies_to = [command.chmod, command.chown]
  when       = arg.recursive && length(probe.db.found) > 0

  probe "datadir" "db" {
    paths      = arg.paths
    candidates = local.candidates
  }
  role {
    for_each    = probe.db.found
    of          = each.value
    must_be     = local.roles_to_delete
    enforcement = "soft-mandatory"
  }
  confirm {}
}

# 2018 (told on 22 May 2019), Spotify: the production cluster of a region is deleted
# from the wrong browser tab.
#
# A click on a console, so gcloud stands in for it. Invented: the cluster names,
# the floor of two. Nothing is provably wrong with the command: a person decides,
# and types what is not on the screen.

command "delete-cluster" {
  program    = "gcloud"
  subcommand = ["container", "clusters", "delete"]
  flag "region" {}
  flag "zone" {}
  flag "project" {}
  flag "quiet" {
    short = "q"
    type  = bool
  }
  operand "cluster" {
    required = true
    target   = "name"
  }
}

policy "delete-cluster" {
  summary    = "delete cluster ${arg.cluster}"
  applies_to = [command.delete-cluster]

  probe "exec" "clusters" { # [{"name": "us-prod-1", "currentNodeCount": 900}, …]
    argv   = ["gcloud", "container", "clusters", "list", "--format=json"]
    decode = "json"
  }
  locals {
    nodes = [for c in probe.clusters : c.currentNodeCount if c.name == arg.cluster]
  }
  rule "it exists" {
    condition     = length(local.nodes) == 1
    error_message = "no cluster is called ${arg.cluster} in this project"
  }
  confirm { # its size, which only one who knows the cluster knows
    type = "${arg.cluster} ${one(local.nodes)} nodes"
    show = false
    hint = "the cluster and its size, as in: team-test 3 nodes"
  }
}

test "Spotify, 2018: the wrong tab" {
  run = "gcloud container clusters delete us-prod-1 --region us-central1 --quiet"
  given { probe = { clusters = [{ name = "us-prod-1", currentNodeCount = 900 }, { name = "team-test", currentNodeCount = 3 }] } }
  expect = "confirm"
  type   = "us-prod-1 900 nodes"
}

test "Spotify, 2018: what was meant" {
  run = "gcloud container clusters delete team-test --region us-central1"
  given { probe = { clusters = [{ name = "us-prod-1", currentNodeCount = 900 }, { name = "team-test", currentNodeCount = 3 }] } }
  expect = "confirm"
  type   = "team-test 3 nodes"
}

test "a cluster of another project" {
  run = "gcloud container clusters delete us-prod-9"
  given { probe = { clusters = [{ name = "team-test", currentNodeCount = 3 }] } }
  expect = "deny"
  checks = ["rule.it exists"]
}

package secret

import "testing"

func TestWhatIsMaskedWhereverItStands(t *testing.T) {
	for value, want := range map[string]bool{
		// words, names, paths, hosts, versions, dates
		"postgres": false, "data": false, "production": false, "postgres15": false, "db-primary-01": false, "db1.example.com": false,
		"/var/lib/postgresql/15/main": false, "release-2024-11-03": false, "v1.2.3": false, "10.0.0.17": false, "my_table_2": false, "CamelCaseName": false,
		"web01-eu-west-1a": false, "backup-20261103T120000": false, "secret": false, "changeme": false, "Passw0rd": false, "a1b2": false, "correct horse battery": false,
		"kube-system": false, "HOSTNAME": false, "iPhone": false, "12345678": false, "1234-5678-9012": false,
		// what a generator makes
		"hunter2hunter2": true, "Hunter2Hunter2": true, "s3cr3t-value": true, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY": true, "pa55w0rd": true,
		"ab12cd34ef56": true, "Xk9#mQ2$vL": true, "3f786850e387550fdab836ed7e6dc881de23001b": true, "9aZ3kP0qLm": true, "tr0ub4dor&3": true,
	} {
		if got := distinctive(value); got != want {
			t.Errorf("%q: %v, want %v (%d changes)", value, got, want, classChanges(value))
		}
	}
}

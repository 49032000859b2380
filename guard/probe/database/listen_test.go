package database

import (
	"slices"
	"testing"
)

func TestTablesOfTheKernel(t *testing.T) {
	inodes := map[string]bool{"111": true, "222": true}
	tcp := `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 111 1 0 100 0 0 10 0
   1: 0100007F:1539 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 999 1 0 100 0 0 10 0
   2: 0100007F:153A 0100007F:9999 01 00000000:00000000 00:00000000 00000000   101        0 222 1 0 100 0 0 10 0
`
	if got := tcpPorts([]byte(tcp), inodes); !slices.Equal(got, []int{5432}) {
		t.Errorf("ports are %v", got)
	}
	unix := `Num       RefCount Protocol Flags    Type St Inode Path
ffff8880: 00000002 00000000 00010000 0001 01   111 /run/with space/.s.PGSQL.5432
ffff8881: 00000003 00000000 00000000 0001 03   222 /run/connected
ffff8882: 00000002 00000000 00010000 0001 01   999 /run/other
`
	if got := unixPaths([]byte(unix), inodes); !slices.Equal(got, []string{"/run/with space/.s.PGSQL.5432"}) {
		t.Errorf("paths are %v", got)
	}
}

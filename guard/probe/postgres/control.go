package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path/filepath"
	"strconv"

	"blastguard/guard/probe/database"
)

// clusterState is what global/pg_control says the server last did.
type clusterState uint32

const (
	startingUp clusterState = iota
	shutDown
	shutDownInRecovery
	shuttingDown
	inCrashRecovery
	inArchiveRecovery
	inProduction
)

// String is the state in the words of pg_controldata.
func (s clusterState) String() string {
	names := [...]string{
		"starting up", "shut down", "shut down in recovery", "shutting down",
		"in crash recovery", "in archive recovery", "in production",
	}
	if int(s) < len(names) {
		return names[s]
	}
	return "state " + strconv.FormatUint(uint64(s), 10)
}

// controlFile is what guard reads of global/pg_control.
type controlFile struct {
	systemID   uint64
	state      clusterState
	checkpoint uint64 // where the last checkpoint lies in the write-ahead log
	timeline   uint32 // of that checkpoint
}

// identity is the same on a primary and all its standbys and copies.
func (c controlFile) identity() string {
	return "postgresql " + strconv.FormatUint(c.systemID, 10)
}

// Where things are in global/pg_control (src/include/catalog/pg_control.h).
// The first two fields have kept their places since PostgreSQL 8; everything
// else is only looked at once the version is known.
const (
	systemIDOffset       = 0
	controlVersionOffset = 8
	stateOffset          = 16
	checkpointOffset     = 32
	timelineOffset       = 48
	controlFileLimit     = 8192 // the file's size, in every version
)

// errNoControlFile: there is none, so the directory is not complete.
var errNoControlFile = errors.New("there is no control file")

// checksumOffset is where the CRC-32C of all bytes before it lies, by control
// file version: 1201 is PostgreSQL 12, 1300 are 13 to 16.
func checksumOffset(version uint32) (int, bool) {
	switch version {
	case 1201, 1300, 1700:
		return 288, true
	case 1800:
		return 292, true
	default:
		return 0, false
	}
}

// readControl reads the control file of a data directory. The error is
// errNoControlFile when there is none.
func readControl(dir string) (controlFile, error) {
	path := filepath.Join(dir, "global", "pg_control")
	content, err := database.ReadSmall(path, controlFileLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return controlFile{}, errNoControlFile
	}
	if err != nil {
		return controlFile{}, fmt.Errorf("read the control file: %w", database.WithoutPath(err))
	}
	return parseControl(content)
}

// parseControl reads the content of a control file, of which nothing is
// believed before its version is known and its checksum right.
func parseControl(content []byte) (controlFile, error) {
	if len(content) < controlVersionOffset+4 {
		return controlFile{}, fmt.Errorf("the control file has only %d bytes", len(content))
	}
	version := binary.LittleEndian.Uint32(content[controlVersionOffset:])
	end, known := checksumOffset(version)
	if !known {
		return controlFile{}, fmt.Errorf("the control file has version %d, which guard cannot read (it reads those of PostgreSQL 12 to 18)", version)
	}
	if len(content) < end+4 {
		return controlFile{}, fmt.Errorf("the control file has only %d bytes", len(content))
	}
	sum := crc32.Checksum(content[:end], crc32.MakeTable(crc32.Castagnoli))
	if sum != binary.LittleEndian.Uint32(content[end:]) {
		return controlFile{}, errors.New("the control file is damaged: its checksum is wrong")
	}
	return controlFile{
		systemID:   binary.LittleEndian.Uint64(content[systemIDOffset:]),
		state:      clusterState(binary.LittleEndian.Uint32(content[stateOffset:])),
		checkpoint: binary.LittleEndian.Uint64(content[checkpointOffset:]),
		timeline:   binary.LittleEndian.Uint32(content[timelineOffset:]),
	}, nil
}

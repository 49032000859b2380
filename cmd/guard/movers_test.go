package main

import (
	"strings"
	"testing"
	"time"

	"blastguard/guard/supervise"
)

// Which programs may leave the only copy of something where a script has brought it.
func TestWhatMayMoveFiles(t *testing.T) {
	for line, want := range map[string]bool{
		"mv a b": true, "gmv -t d a": true, "busybox mv a b": true, "busybox cp a b": false, "rsync -a a/ b": false,
		"rsync -a --remove-source-files a/ b": true, "rsync --remove-s a b": true, "tar -xf a.tar -C d": false, "tar --remove-files -cf a.tar d": true,
		"TAR_OPTIONS=--remove-files tar -cf a.tar d": true, "zip -rm a.zip d": true, "zip --move a.zip d": true, "zip -r a.zip m": false,
		"ZIPOPT=-m zip a.zip d": true, "7z a -sdel a.7z d": true, "7z x a.7z": false, "cp -p a b": false, "TAR_OPTIONS=--remove-files cp a b": false,
	} {
		s := &steps{}
		words := strings.Fields(line)
		var e supervise.Exec
		for strings.Contains(words[0], "=") {
			e.Env, words = append(e.Env, words[0]), words[1:]
		}
		e.Argv, e.Forms = words, [][]string{words}
		began := time.Now()
		s.noteMovers(e)
		if got := s.movedSince(began); got != want {
			t.Errorf("%s: got %v", line, got)
		}
		if s.movedSince(time.Now().Add(time.Second)) {
			t.Errorf("%s: it counts for a script that began later", line)
		}
		if !s.movedSince(time.Time{}) {
			t.Errorf("%s: of what is no script it is known that nothing was moved", line)
		}
	}
}

// What only may move files waits for no question about another program.
func TestAMoverThatNothingGovernsWaitsForNobody(t *testing.T) {
	s := &steps{governs: governs([]string{"mv"}), one: make(chan struct{}, 1), book: &playbook{}}
	s.one <- struct{}{} // somebody is being asked
	if !s.decide(t.Context(), supervise.Exec{Argv: []string{"tar", "-x"}, Forms: [][]string{{"tar", "-x"}}}) || s.looked != 1 {
		t.Error("it was refused, or not counted")
	}
	for _, e := range []supervise.Exec{
		{Forms: [][]string{{"mv", "a", "b"}}}, {Forms: [][]string{{"tar"}, {"busybox", "tar"}}}, {Forms: [][]string{{"tar"}}, SetID: true},
		{Forms: [][]string{{"tar"}}, Unreadable: "no"}, {},
	} {
		if s.onlyMoves(e) {
			t.Errorf("%v is not decided", e.Forms)
		}
	}
	if name := []byte("rsync"); !orMoves(s.governs)(name) || s.governs(name) {
		t.Error("rsync is not looked at, or taken for governed")
	}
}

//go:build !linux

package main

func hasBirthTimes(string) bool { return false }

//go:build !linux

package main

func tellsBirths(string) bool { return false }

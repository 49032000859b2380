// Package shell reads argv and shell text: which programs would really run, on
// which words.
package shell

package dev

import "testing"

func TestCredentials(t *testing.T) {
	const own, local = "AKIAMINE", "AKIALOCALLOCALLOCALX"
	t.Setenv("AWS_ACCESS_KEY_ID", own)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_SESSION_TOKEN", "token")
	if got := Credentials(); len(got) != 2 || got[0].AccessKeyID != own || got[0].SessionToken != "token" || got[1].AccessKeyID != local {
		t.Errorf("with credentials in the environment: %+v, want %s with its token, and %s", got, own, local)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	if got := Credentials(); len(got) != 1 || got[0].AccessKeyID != local {
		t.Errorf("without: %+v, want %s alone", got, local)
	}
}

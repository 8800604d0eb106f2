package rules

// PageFolder is where the pages of the rules are, seen from the module of the
// engine.
const PageFolder = "docs/rules"

// pages is where they are, seen from the repository of a service that has the
// engine in it. Where the engine is published, this is the one place to write its
// address.
const pages = "apigw/" + PageFolder + "/"

// PageOf returns where the page of a rule is, for people who are shown its id.
func PageOf(id string) string { return pages + id + ".md" }

// Command returns what prints a rule, for people who start this program by command. A
// project has no pages.
func Command(command, id string) string { return command + " rules " + id }

// PageName returns the name of the rule's page in the folder of all pages.
func (r Rule) PageName() string { return r.ID + ".md" }

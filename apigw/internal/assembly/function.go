package assembly

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// Lambda's defaults.
const (
	defaultFunctionTimeout = 3 // seconds
	defaultMemory          = 128
)

// addFunctions adds the functions with their versions, aliases and permissions.
func (b *builder) addFunctions(found *resources) {
	layers := layerAssets(found)
	for _, r := range found.functions {
		f, err := b.function(r)
		if err != nil {
			b.leaveOut(r.Resource, err)
			continue
		}
		if other := b.functions[f.ARN]; other != nil {
			b.notice(f.Path, rules.Of("function-name-taken", "name", f.Name, "other", other.Path))
			continue
		}
		b.functions[f.ARN] = f
		b.assembly.Functions = append(b.assembly.Functions, f)
		b.layersOf(f, r, layers)
	}
	for _, r := range found.versions {
		b.addVersion(r)
	}
	for _, r := range found.aliases {
		b.addAlias(r)
	}
	for _, r := range found.permissions {
		b.addPermission(r)
	}
}

func (b *builder) function(r item[property.Function]) (*Function, error) {
	p := r.Props
	name, err := r.Name()
	if err != nil {
		return nil, err
	}
	arn, _ := r.Stack.FunctionARN(name)
	f := &Function{
		Name: name, ARN: arn, LogicalID: r.LogicalID, Path: r.Path,
		Account: r.Stack.Account, Region: r.Stack.Region,
		Runtime: p.Runtime, Handler: p.Handler, Architectures: p.Architectures,
		Environment: p.Environment.Variables,
		Timeout:     defaultFunctionTimeout * time.Second, MemoryMB: defaultMemory,
		Concurrency: p.ReservedConcurrentExecutions,
		Qualifiers:  map[string]string{},
		LogGroup:    orElse(p.LoggingConfig.LogGroup, "/aws/lambda/"+name),
		LogFormat:   orElse(p.LoggingConfig.LogFormat, "Text"),
		LogLevel:    p.LoggingConfig.ApplicationLogLevel,
		Tracing:     p.TracingConfig.Mode == "Active",
		Package:     r.Text("go:package"),
		Folder:      r.Text("code:folder"),
	}
	if p.Timeout != nil {
		f.Timeout = time.Duration(*p.Timeout) * time.Second
	}
	if p.MemorySize != nil {
		f.MemoryMB = *p.MemorySize
	}
	if len(f.Architectures) == 0 {
		f.Architectures = []string{"x86_64"}
	}
	for _, variable := range slices.Sorted(maps.Keys(f.Environment)) {
		if isDynamic(f.Environment[variable]) {
			b.notice(r.Path, rules.Of("function-variable-dynamic", "variable", variable))
		}
	}
	b.findCode(f, r)
	if r.broken != nil && f.NotRunnable.IsZero() {
		f.NotRunnable = rules.Of("function-unreadable", "function", f.Path, "problem", r.broken)
	}
	return f, nil
}

// isDynamic reports whether CloudFormation would replace a value, at deployment, by
// one from another service.
func isDynamic(value string) bool { return strings.Contains(value, "{{resolve:") }

// findCode sets where the function's code is, or why it cannot run.
func (b *builder) findCode(f *Function, r item[property.Function]) {
	var code property.Code
	located := r.Text("aws:asset:path") != ""
	var resolved any
	var ok bool
	var err error
	read := func() { resolved, ok, err = r.Resolve(r.Props.Code.Value, "Code") }
	if located || f.Package != "" {
		b.app.Quietly(read)
	} else {
		read()
	}
	if err == nil && ok && resolved != nil {
		var unread []property.Unread
		unread, err = property.DecodeValue(resolved, &code)
		for _, u := range unread {
			if !property.TreatmentOf(r.Type, "Code."+u.Path).Known {
				b.notice(r.Path, rules.Of("property-unknown", "property", "Code."+u.Path, "type", r.Type))
			}
		}
	}
	if err != nil && !located && f.Package == "" && f.Folder == "" {
		f.NotRunnable = rules.Of("function-unreadable", "function", f.Path, "problem", err)
		return
	}

	switch {
	case r.Props.PackageType == "Image" || code.ImageUri != "":
		f.NotRunnable = rules.Of("function-is-image", "function", f.Path)
		return
	case !strings.HasPrefix(f.Runtime, "provided") && rules.LanguageOf(f.Runtime) == "":
		f.NotRunnable = rules.Of("function-runtime", "function", f.Path, "runtime", orElse(f.Runtime, "not given"))
		return
	}
	dir := assetDir(r.Resource, code.S3Key)
	switch {
	case dir == "" && (f.Package != "" || f.Folder != ""): // it is made of its source
	case dir == "" && code.ZipFile != "" && isInterpreted(f.Runtime):
		f.Inline = code.ZipFile
	case dir == "" && code.ZipFile != "":
		f.NotRunnable = rules.Of("function-inline", "function", f.Path)
	case dir == "":
		f.NotRunnable = rules.Of("function-without-asset", "function", f.Path)
	default:
		if f.AssetDir, err = existing(dir, f.Package != "" || f.Folder != ""); err != nil {
			f.NotRunnable = rules.Of("function-asset-missing", "function", f.Path, "problem", err)
		}
	}
}

// isInterpreted reports whether a runtime runs the source of a function.
func isInterpreted(runtime string) bool {
	language := rules.LanguageOf(runtime)
	return language == rules.JavaScript || language == rules.Python
}

// assetDir returns the directory of the asset with a key in S3; empty if it is not an
// asset.
func assetDir(r *template.Resource, key string) string {
	s := r.Stack
	if asset, ok := s.Assets.ByKey(key, s.Account, s.Region, s.Partition); ok && key != "" {
		return asset.Path
	}
	if path := r.Text("aws:asset:path"); path != "" {
		return s.Assets.Path(path)
	}
	return ""
}

// existing checks that an asset is there. It may be missing if the function can
// be built from its source.
func existing(dir string, optional bool) (string, error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil && optional:
		return "", nil
	case err != nil:
		return "", fmt.Errorf("its asset %s is not there", dir)
	case !info.IsDir() && !strings.HasSuffix(dir, ".zip"):
		return "", fmt.Errorf("its asset %s is neither a directory nor a zip file: give lambda.Code.fromAsset the directory that holds the function's code", dir)
	}
	return dir, nil
}

// ofFunction finds the function that a property FunctionName names.
func (b *builder) ofFunction(r *template.Resource, name string) (f *Function, qualifier string) {
	arn, qualifier := r.Stack.FunctionARN(name)
	f, ok := b.functions[arn]
	if !ok {
		b.notice(r.Path, rules.Of("function-elsewhere", "function", arn))
		return nil, ""
	}
	return f, qualifier
}

func (b *builder) addVersion(r item[property.Version]) {
	if f, _ := b.ofFunction(r.Resource, r.Props.FunctionName); f != nil {
		version := r.VersionNumber()
		f.Qualifiers[version] = version
	}
}

func (b *builder) addAlias(r item[property.Alias]) {
	if f, _ := b.ofFunction(r.Resource, r.Props.FunctionName); f != nil {
		f.Qualifiers[r.Props.Name] = r.Props.FunctionVersion
	}
}

func (b *builder) addPermission(r item[property.Permission]) {
	f, qualifier := b.ofFunction(r.Resource, r.Props.FunctionName)
	if f == nil {
		return
	}
	f.Permissions = append(f.Permissions, Permission{
		Qualifier: qualifier, Action: r.Props.Action, Principal: r.Props.Principal,
		SourceARN: r.Props.SourceArn, Account: r.Props.SourceAccount,
	})
}

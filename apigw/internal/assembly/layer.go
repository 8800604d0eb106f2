package assembly

import (
	"encoding/json"
	"fmt"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// layerAssets returns the absolute paths of the layers that this assembly has, by the
// ARNs of their versions.
func layerAssets(found *resources) map[string]string {
	assets := map[string]string{}
	for _, r := range found.layers {
		var content property.LayerContent
		resolved, ok, err := r.Resolve(r.Props.Content.Value, "Content")
		if err == nil && ok {
			_, err = property.DecodeValue(resolved, &content)
		}
		located := r.Text("aws:asset:path") != ""
		if err != nil && !located {
			continue // its functions say so
		}
		dir := assetDir(r.Resource, content.S3Key)
		if dir == "" {
			continue
		}
		arn, ok, err := r.Resolve(map[string]any{"Ref": r.LogicalID}, "")
		if dir, _ = existing(dir, true); dir != "" && ok && err == nil {
			assets[fmt.Sprint(arn)] = dir
		}
	}
	return assets
}

// layersOf sets the layers of a function.
func (b *builder) layersOf(f *Function, r item[property.Function], assets map[string]string) {
	var resolved any
	var ok bool
	var err error
	// The code of a layer elsewhere is not here, whatever its name.
	forgot := b.app.Quietly(func() { resolved, ok, err = r.Resolve(r.Props.Layers.Value, "Layers") })
	list, isList := resolved.([]any)
	if forgot || err != nil || ok && resolved != nil && !isList { // one of them cannot be resolved
		list, isList = r.Props.Layers.Value.([]any)
		if !isList {
			list = []any{r.Props.Layers.Value}
		}
	}
	for _, layer := range list {
		var value any
		forgot := b.app.Quietly(func() { value, ok, err = r.Resolve(layer, "Layers") })
		if err == nil && (!ok || value == nil) {
			continue
		}
		dir, there := assets[fmt.Sprint(value)]
		if err == nil && there {
			f.Layers = append(f.Layers, dir)
			continue
		}
		name := fmt.Sprint(value)
		if forgot || err != nil {
			written, _ := json.Marshal(layer) // it was read from JSON
			name = string(written)
		}
		b.notice(r.Path, rules.Of("layers-not-done", "layer", name))
	}
}

package plan

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// priceFile has all prices, with where each was found and when.
//
//go:embed prices.json
var priceFile []byte

// source is where a price was found.
type source struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	Date  string `json:"date"` // when it was published, recorded or else read
	Kind  string `json:"kind"` // documented: by AWS; recorded: by others, from AWS
}

// tier is a price for a part of a month's quantity.
type tier struct {
	UpTo  float64 `json:"upTo"` // of the month; 0 is without an end
	Price float64 `json:"price"`
}

// price is what a unit costs. A price whose last tier ends was not found for more, and
// more is counted at that tier's price, which is at least what AWS takes: prices fall
// with the quantity.
type price struct {
	Tiers  []tier `json:"tiers"`
	Source string `json:"source"`
}

// of returns what a quantity costs, and whether all prices for it are known.
func (p *price) of(quantity float64) (cost float64, known bool) {
	from := 0.0
	for i, t := range p.Tiers {
		to := t.UpTo
		if last := i == len(p.Tiers)-1; to == 0 || last && quantity > to {
			return cost + max(0, quantity-from)*t.Price, to == 0
		}
		cost += max(0, min(quantity, to)-from) * t.Price
		from = to
	}
	return cost, true
}

// region has the prices of a region, in US dollars. What was not found is nil.
type region struct {
	Name            string `json:"name"`
	GatewayRequests *price `json:"gatewayRequests"` // a request of a REST API
	Invocations     *price `json:"invocations"`
	ARM64           *price `json:"arm64"` // a GB-second
	X86             *price `json:"x86_64"`
	TransferOut     *price `json:"transferOut"` // a GB
	Logs            *price `json:"logs"`        // a GB, taken in
	Traces          *price `json:"traces"`
}

// prices are those of all regions.
type prices struct {
	Read    string            `json:"read"`
	Sources map[string]source `json:"sources"`
	Regions map[string]region `json:"regions"`
	Free    struct {
		GatewayRequests float64 `json:"gatewayRequests"` // for the first 12 months
		Invocations     float64 `json:"invocations"`
		GBSeconds       float64 `json:"gbSeconds"`
		TransferOut     float64 `json:"transferOut"`
		Logs            float64 `json:"logs"`
		Traces          float64 `json:"traces"`
		Source          string  `json:"source"`
	} `json:"free"`
	// LowThrottle are regions where an account may send fewer requests.
	LowThrottle []string `json:"lowThrottle"`
}

// priceList is read once. A test reads it, too, so that it cannot be wrong here.
var priceList = func() prices {
	var p prices
	if err := json.Unmarshal(priceFile, &p); err != nil {
		panic("prices.json: " + err.Error())
	}
	return p
}()

// Regions returns the regions that have prices, in order.
func Regions() []string { return slices.Sorted(maps.Keys(priceList.Regions)) }

// regionOf returns the prices of a region.
func regionOf(name string) (region, error) {
	if r, ok := priceList.Regions[name]; ok {
		return r, nil
	}
	hint := ""
	if slices.Contains(priceList.LowThrottle, name) {
		hint = "; note that an account may send only 2,500 requests a second there by default, and 1,250 at once"
	}
	return region{}, fmt.Errorf("no prices were found for the region %q: choose one of %s%s", name, strings.Join(Regions(), ", "), hint)
}

// Line is one item of a monthly bill.
type Line struct {
	Name     string  `json:"name"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	Cost     float64 `json:"cost"` // US dollars
	// Note is what to know of it: that it is not counted, or counted too high.
	Note   string `json:"note"`
	Source string `json:"source"` // key of the source of its price; empty if it has none
}

// Usage is what is billed in a month.
type Usage struct {
	GatewayRequests float64 `json:"gatewayRequests"`
	Invocations     float64 `json:"invocations"`
	GBSeconds       float64 `json:"gbSeconds"`
	TransferOutGB   float64 `json:"transferOutGB"`
	LogGB           float64 `json:"logGB"`
	Traces          float64 `json:"traces"`
}

// bill returns what a month costs in a region.
func bill(r region, u Usage, architecture string, free bool) (lines []Line, total float64) {
	compute := r.ARM64
	if architecture == "x86_64" {
		compute = r.X86
	}
	f := priceList.Free
	items := []struct {
		name, unit     string
		quantity, free float64
		price          *price
	}{
		{"API Gateway, requests", "requests", u.GatewayRequests, f.GatewayRequests, r.GatewayRequests},
		{"data transfer out", "GB", u.TransferOutGB, f.TransferOut, r.TransferOut},
		{"Lambda, invocations", "invocations", u.Invocations, f.Invocations, r.Invocations},
		{"Lambda, " + architecture, "GB-s", u.GBSeconds, f.GBSeconds, compute},
		{"logs", "GB", u.LogGB, f.Logs, r.Logs},
		{"X-Ray traces", "traces", u.Traces, f.Traces, r.Traces},
	}
	for _, item := range items {
		line := Line{Name: item.name, Quantity: item.quantity, Unit: item.unit}
		switch {
		case item.quantity == 0:
		case item.price == nil:
			line.Note = "no price was found for this region: not counted"
		default:
			quantity := item.quantity
			if free {
				quantity = max(0, quantity-item.free)
			}
			known := true
			line.Cost, known = item.price.of(quantity)
			line.Source = item.price.Source
			if !known {
				line.Note = "no price was found for so much: counted at the last known one, so at most this"
			}
		}
		total += line.Cost
		lines = append(lines, line)
	}
	return lines, total
}

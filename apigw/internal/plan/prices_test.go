package plan

import (
	"math"
	"net/url"
	"testing"
	"time"
)

func TestThePriceListIsWhole(t *testing.T) {
	used := map[string]bool{priceList.Free.Source: true, "quotas": true}
	for name, r := range priceList.Regions {
		for what, p := range map[string]*price{"requests": r.GatewayRequests, "invocations": r.Invocations, "arm64": r.ARM64, "x86_64": r.X86} {
			if p == nil {
				t.Errorf("%s: got no price of %s, want one: without it the region is refused", name, what)
			}
		}
		if r.Name == "" {
			t.Errorf("%s: got no name", name)
		}
		for _, p := range []*price{r.GatewayRequests, r.Invocations, r.ARM64, r.X86, r.TransferOut, r.Logs, r.Traces} {
			if p == nil {
				continue
			}
			used[p.Source] = true
			if len(p.Tiers) == 0 {
				t.Errorf("%s: got a price without a tier", name)
			}
			for i, tier := range p.Tiers {
				if tier.Price <= 0 || i > 0 && (tier.Price >= p.Tiers[i-1].Price || p.Tiers[i-1].UpTo == 0 || tier.UpTo != 0 && tier.UpTo <= p.Tiers[i-1].UpTo) {
					t.Errorf("%s: got the tiers %v, want prices that fall with the quantity", name, p.Tiers)
				}
			}
		}
	}
	for id, s := range priceList.Sources {
		address, err := url.Parse(s.URL)
		if _, dated := time.Parse(time.DateOnly, s.Date); dated != nil || err != nil || address.Scheme != "https" || s.Title == "" || s.Kind != "documented" && s.Kind != "recorded" {
			t.Errorf("source %s: got %+v, want a title, an address, a day, and documented or recorded", id, s)
		}
		if !used[id] {
			t.Errorf("source %s: nothing is from it", id)
		}
		delete(used, id)
	}
	for id := range used {
		t.Errorf("got no source %q, which prices are from", id)
	}
}

// near reports whether two amounts are the same to the cent.
func near(a, b float64) bool { return math.Abs(a-b) < 0.005 }

// The worked examples of the price lists.
func TestWorkedExamples(t *testing.T) {
	virginia := priceList.Regions["us-east-1"]
	// The example of Lambda is older than today's prices, so it is with its own.
	older := region{Invocations: &price{Tiers: []tier{{Price: 0.20 / 1e6}}}, X86: &price{Tiers: []tier{{Price: 0.00001667}}}}
	tests := []struct {
		rule   string // with where the example is
		region region
		usage  Usage
		free   bool
		lines  map[string]float64
		total  float64
	}{
		{
			"5 million calls of 3 KB: $17.50 and $1.29, $18.79 in all (aws.amazon.com/api-gateway/pricing)",
			virginia, Usage{GatewayRequests: 5e6, TransferOutGB: 5e6 * 3 / (1024 * 1024)}, false,
			map[string]float64{"API Gateway, requests": 17.50, "data transfer out": 1.287}, 18.787,
		},
		{
			"15 billion calls: 333 million for $1,165.50, 667 million for $1,867.60, 14 billion for $33,320.00 (aws.amazon.com/api-gateway/pricing)",
			virginia, Usage{GatewayRequests: 15e9}, false, nil, 1165.50 + 1867.60 + 33320.00,
		},
		{
			"the same in Ohio, which the page names, too",
			priceList.Regions["us-east-2"], Usage{GatewayRequests: 15e9}, false, nil, 1165.50 + 1867.60 + 33320.00,
		},
		{
			"21 billion calls: $49,763.10 (infracost/infracost, pull request 498)",
			virginia, Usage{GatewayRequests: 21e9}, false, nil, 49763.10,
		},
		{
			"512 MB, 3 million times for 1 s, with the free tier: $18.34 and $0.40, $18.74 in all (aws.amazon.com/lambda/pricing, example 1)",
			older, Usage{Invocations: 3e6, GBSeconds: 3e6 * 512 / 1024}, true,
			map[string]float64{"Lambda, x86_64": 18.337, "Lambda, invocations": 0.40}, 18.737,
		},
		{
			"the whole free tier: nothing", virginia,
			Usage{GatewayRequests: 1e6, Invocations: 1e6, GBSeconds: 400_000, TransferOutGB: 100, LogGB: 5, Traces: 100_000}, true, nil, 0,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			lines, total := bill(test.region, test.usage, "x86_64", test.free)
			if !near(total, test.total) {
				t.Errorf("got $%.4f, want $%.4f", total, test.total)
			}
			for _, line := range lines {
				if want, ok := test.lines[line.Name]; ok && !near(line.Cost, want) {
					t.Errorf("%s: got $%.4f, want $%.4f", line.Name, line.Cost, want)
				}
			}
		})
	}
}

func TestPriceBeyondWhatWasFound(t *testing.T) {
	known := price{Tiers: []tier{{UpTo: 100, Price: 2}, {Price: 1}}}
	cut := price{Tiers: []tier{{UpTo: 100, Price: 2}}}
	tests := []struct {
		rule           string
		price          price
		quantity, want float64
		known          bool
	}{
		{"nothing", known, 0, 0, true},
		{"in the first tier", known, 50, 100, true},
		{"at its end", known, 100, 200, true},
		{"in the next", known, 150, 250, true},
		{"before the end of what was found", cut, 100, 200, true},
		{"behind it, at the last known price", cut, 150, 300, false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if got, ok := test.price.of(test.quantity); got != test.want || ok != test.known {
				t.Errorf("got %v, known %t; want %v, known %t", got, ok, test.want, test.known)
			}
		})
	}
	if lines, total := bill(region{}, Usage{LogGB: 1}, "arm64", false); total != 0 || lines[4].Note == "" {
		t.Errorf("got %v for logs without a price, want nothing, and a note", lines[4])
	}
}

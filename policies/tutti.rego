# The rules of tutti.yaml for an OPA server, which loads that file, or one of the same form, as data.policy:
#
#     opa run --server policy:policies/tutti.yaml policies/tutti.rego
#
# The program asks POST /v1/data/tutti/decision. What it takes as an answer: effect (allow, deny, needs_approval), reach
# (own, all; with allow only), rule and reason.
package tutti

import rego.v1

policy := data.policy

default decision := {"effect": "deny", "rule": "default", "reason": "no role or rule allows it"}

decision := refusal if {
	refusal
} else := {"effect": "deny", "rule": denial.id, "reason": reason(denial)} if {
	denial
} else := {"effect": "needs_approval", "rule": requirement.id, "reason": reason(requirement)} if {
	best
	requirement
	input.approved != true
} else := answer(best) if {
	best
} else := {"effect": "deny", "rule": "owner", "reason": "it reaches only what is one's own"} if {
	count(offers) > 0
}

# The bounds of API keys, before all rules.

refusal := {"effect": "deny", "rule": "scope", "reason": "the API key's scopes do not hold it"} if {
	input.principal.scopes
	not in_scope
} else := {"effect": "deny", "rule": "key_project", "reason": "the API key is for another project"} if {
	input.principal.project
	not in_key_project
}

in_scope if {
	some scope in input.principal.scopes
	covers(scope)
}

in_key_project if input.resource.project == input.principal.project

in_key_project if {
	not input.resource.project
	not split(input.permission, ".")[0] in {"runs", "approvals", "roundtables", "projects", "uploads"}
}

# Who asks: roles, and the groups that they are members of here.

roles contains role if {
	some role in input.principal.roles
	policy.roles[role]
}

inheritance[role] := object.get(policy.roles[role], "inherits", []) if some role, _ in policy.roles

inclusion[group] := object.get(policy.groups[group], "includes", []) if some group, _ in policy.groups

groups contains group if {
	some group, _ in policy.groups
	some included in graph.reachable(inclusion, {group})
	some member in policy.groups[included].members
	in_environment(member)
	some role in member.roles
	role in roles
}

# Denials: the first one of the file is told.

denial := policy.rules[min(denials)] if count(denials) > 0

denials contains place if {
	some place, rule in policy.rules
	rule.effect == "deny"
	applies(rule)
}

# Requirements: they grant nothing. Whoever is allowed otherwise, by whatever, waits for an approval; the first one of
# the file is told.

requirement := policy.rules[min(requirements)] if count(requirements) > 0

requirements contains place if {
	some place, rule in policy.rules
	rule.effect == "needs_approval"
	applies(rule)
}

# What allows it: the wider reach first, then roles by name, then rules by place.

offers contains [reach_rank(grant), 0, role] if {
	some role in roles
	some parent in graph.reachable(inheritance, {role})
	some grant in policy.roles[parent].permissions
	covers(split(grant, ":")[0])
}

offers contains [reach_rank(object.get(rule, "reach", "own")), 1, place] if {
	some place, rule in policy.rules
	rule.effect == "allow"
	applies(rule)
}

reach_rank(text) := 0 if {
	regex.match(`(^|:)all$`, text)
} else := 1

usable contains offer if {
	some offer in offers
	not beyond_own(offer)
}

beyond_own(offer) if {
	offer[0] == 1
	input.resource.owner
	input.resource.owner != object.get(input.principal, "id", null)
}

best := sort(usable)[0] if count(usable) > 0

reaches := ["all", "own"]

answer(offer) := {"effect": "allow", "reach": reaches[offer[0]], "rule": rule, "reason": why} if {
	offer[1] == 0
	rule := sprintf("role:%s", [offer[2]])
	why := sprintf("the role %s has %s", [offer[2], input.permission])
}

answer(offer) := {"effect": "allow", "reach": reaches[offer[0]], "rule": rule.id, "reason": reason(rule)} if {
	offer[1] == 1
	rule := policy.rules[offer[2]]
}

reason(rule) := object.get(rule, "reason", sprintf("the rule %s says so", [rule.id]))

# Whether a rule is about this question. A condition that a rule does not have holds.

applies(rule) if {
	some pattern in rule.permissions
	covers(pattern)
	is_for(rule)
	not is_excepted(rule)
	in_environment(rule)
	in_hours(rule)
	fits(rule, "project", object.get(input.resource, "project", null))
	fits(rule, "categories", object.get(input.resource, "category", null))
	fits(rule, "agents", agent)
	has_attributes(rule)
}

covers(pattern) if pattern == "*"

covers(pattern) if pattern == input.permission

covers(pattern) if pattern == concat("", [split(input.permission, ".")[0], ".*"])

is_for(rule) if {
	not rule.roles
	not rule.groups
}

is_for(rule) if {
	some role in rule.roles
	role in roles
}

is_for(rule) if {
	some group in rule.groups
	group in groups
}

is_excepted(rule) if {
	some role in rule.except_roles
	role in roles
}

is_excepted(rule) if {
	some group in rule.except_groups
	group in groups
}

in_environment(condition) if not condition.environment

in_environment(condition) if input.environment in condition.environment

# "*" fits what has no such name, too.
fits(rule, key, _) if not rule[key]

fits(rule, key, _) if "*" in rule[key]

fits(rule, key, name) if {
	is_string(name)
	some pattern in rule[key]
	glob.match(pattern, null, name)
}

default agent := null

agent := input.resource.id if {
	input.resource.kind == "agent"
} else := input.resource.attributes.agent if {
	input.resource.kind != "agent"
}

has_attributes(rule) if {
	every name, value in object.get(rule, "attributes", {}) {
		input.resource.attributes[name] == value
	}
}

# Hours of the local day; what goes on over midnight belongs to the day on which it began.

in_hours(rule) if not rule.hours

in_hours(rule) if {
	rule.hours.from < rule.hours.to
	clock := local_clock(rule.hours)
	rule.hours.from <= clock
	clock < rule.hours.to
	on_day(rule.hours, local_ns(rule.hours))
}

in_hours(rule) if {
	rule.hours.from > rule.hours.to
	rule.hours.from <= local_clock(rule.hours)
	on_day(rule.hours, local_ns(rule.hours))
}

in_hours(rule) if {
	rule.hours.from > rule.hours.to
	local_clock(rule.hours) < rule.hours.to
	on_day(rule.hours, local_ns(rule.hours) - 86400000000000)
}

# The epoch by the local clock comes as many nanoseconds before that of UTC as the local time is ahead.
local_ns(hours) := (input.time_ms * 1000000) - time.parse_rfc3339_ns(epoch) if {
	epoch := concat("", ["1970-01-01T00:00:00", object.get(hours, "offset", "+00:00")])
}

local_clock(hours) := sprintf("%02d:%02d", [hour, minute]) if {
	[hour, minute, _] := time.clock(local_ns(hours))
}

on_day(hours, _) if not hours.days

on_day(hours, ns) if {
	day := lower(substring(time.weekday(ns), 0, 3))
	day in hours.days
}

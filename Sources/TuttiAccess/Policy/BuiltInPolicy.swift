extension PolicyRules {
    /// The text of `policies/tutti.yaml`, so that the program needs no file beside it; a test holds that it is.
    static let builtInText = #"""
        # Who may do what: the policy of a server that was given no other. It is also the data of tutti.rego.
        #
        # A permission of a role reaches what its holder owns; with :all behind it, everything of the organisation.
        # A file of your own may begin with "extends: built-in" and say only what is different: its roles, groups and
        # rules take the place of those of the same name here. Rules that deny win over all that allows. A rule with
        # needs_approval grants nothing: whoever would be allowed, an owner too, waits until somebody else approves.
        #
        # roles:  NAME: {summary, inherits: [ROLE], permissions: [runs.read, "runs.*:all", "*"]}
        # groups: NAME: {includes: [GROUP], members: [{roles: [ROLE], environment: [prod]}]}
        # rules:  {id, effect: allow, deny or needs_approval, permissions, reason; of an allow: reach: own or all;
        #          lists: roles, groups, except_roles, except_groups, environment, project, categories, agents;
        #          hours: {from: "22:00", to: "06:00", days: [mon], offset: "+01:00"}; attributes: {NAME: VALUE}}

        roles:
          owner:
            summary: Everything, settings and owners included.
            permissions: ["*:all"]
          admin:
            summary: Everything but the settings of the organisation and the making of owners.
            permissions:
              - runs.*:all
              - approvals.*:all
              - roundtables.*:all
              - workflows.*:all
              - models.*:all
              - calls.*:all
              - rules.*:all
              - projects.*:all
              - topics.*:all
              - uploads.*:all
              - agents.*:all
              - operations.*:all
              - metrics.*:all
              - users.*:all
              - roles.*:all
              - keys.*:all
              - sessions.*:all
              - secrets.*:all
              - policy.*:all
              - limits.*:all
              - settings.read:all
              - audit.*:all
          operator:
            summary: Sees and controls all runs and the server; no accounts and no secrets.
            permissions:
              - runs.read:all
              - runs.start
              - runs.control:all
              - runs.export:all
              - approvals.answer:all
              - roundtables.start
              - workflows.read
              - models.read
              - models.call
              - calls.read:all
              - rules.read
              - projects.read:all
              - topics.read:all
              - topics.publish:all
              - operations.read:all
              - metrics.read:all
              - limits.read:all
              - settings.read:all
              - policy.test
              - keys.manage
              - sessions.manage
          agent_operator:
            summary: An operator who has agents work, too.
            inherits: [operator]
            permissions: [agents.execute:all]
          manager:
            summary: A user who sees what everybody runs, and answers approvals.
            inherits: [user]
            permissions:
              - runs.read:all
              - projects.read:all
              - approvals.answer:all
              - users.read:all
              - calls.read:all
              - limits.read:all
          developer:
            summary: A user who also has agents work, exports runs, uploads documents and publishes to topics.
            inherits: [user]
            permissions:
              - runs.export
              - uploads.create
              - topics.publish
              - agents.execute
          user:
            summary: Runs, projects and roundtables of one's own.
            permissions:
              - runs.read
              - runs.start
              - runs.control
              - runs.delete
              - approvals.answer
              - roundtables.start
              - workflows.read
              - models.read
              - models.call
              - calls.read
              - rules.read
              - projects.*
              - topics.read
              - keys.manage
              - sessions.manage
              - secrets.*
              - limits.read

        # Groups for services behind the gateway. Outside of production developers are in each of them.
        groups:
          ADMIN:
            members:
              - roles: [admin]
              - roles: [developer]
                environment: [dev, stage, test]
          STAFF:
            includes: [ADMIN]
            members:
              - roles: [manager]
          COMMON:
            includes: [STAFF]
            members:
              - roles: [user]
          PRIVATE:
            members:
              - roles: [developer]
                environment: [dev, stage, test]

        rules:
          - id: private-group
            effect: allow
            permissions: [private.use]
            groups: [PRIVATE]
            reach: all
            reason: members of the group PRIVATE may use it
          - id: private-only
            effect: deny
            permissions: [private.use]
            except_groups: [PRIVATE]
            reason: only members of the group PRIVATE may use it, and in production it has none
          - id: owners-make-owners
            effect: deny
            permissions: [roles.manage, users.manage]
            except_roles: [owner]
            attributes:
              role: owner
            reason: only an owner gives or takes the role owner, or changes the account of an owner

        """#
}

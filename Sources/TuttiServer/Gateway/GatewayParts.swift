package import TuttiGateway
package import TuttiRouting

/// What the gateway is put together from.
package struct GatewayParts: Sendable {
    /// The routes, and what is known of their deployments.
    package var router: ModelRouter
    /// Finds the models of deployments.
    package var deployments: any DeploymentSource
    /// Keeps a line for each call.
    package var ledger: any CallLedger
    /// Keeps answers on the disk; `nil` where there is none.
    package var shelf: (any AnswerShelf)?

    package init(
        router: ModelRouter, deployments: any DeploymentSource, ledger: any CallLedger,
        shelf: (any AnswerShelf)? = nil
    ) {
        self.router = router
        self.deployments = deployments
        self.ledger = ledger
        self.shelf = shelf
    }
}

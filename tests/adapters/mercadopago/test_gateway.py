from contracts.ports.payment_gateway import LinkedGatewayContract, PaymentGatewayContract


class TestMercadoPagoPaymentGateway(LinkedGatewayContract, PaymentGatewayContract):
    """Brings its fixtures from the folder: the official library against the stand-in."""

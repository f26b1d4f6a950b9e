"""`typical`: an adjustment of licenses as tutorials build it.

Powertools Logger, Metrics, Tracer, a validating resolver and idempotency; authorization by a
read of its own, the count by an update, the audit record by another write. Six round trips.
"""

import os
import uuid
from datetime import UTC, datetime
from typing import Any, Literal

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import ForbiddenError, NotFoundError
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

logger = Logger()
metrics = Metrics()
tracer = Tracer()
app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
persistence = DynamoDBPersistenceLayer(table_name=os.environ["TABLE_NAME"])
once = IdempotencyConfig(event_key_jmespath='headers."Idempotency-Key"')


class Line(BaseModel):
    """One license type to add or to remove."""

    action: Literal["add", "remove"]
    license_type: Literal["therapist", "assistant", "front_office", "billing"]
    quantity: int = Field(ge=1, le=50)


class Request(BaseModel):
    """What is to change."""

    lines: list[Line] = Field(min_length=1, max_length=4)
    explanation: str | None = Field(default=None, min_length=3, max_length=1000)


class Answer(BaseModel):
    """The adjustment."""

    adjustment_id: str
    clinic_id: str
    status: str
    lines: list[Line]
    explanation: str | None
    requested_at: str


@app.post("/clinics/<clinic_id>/license-adjustments")
@tracer.capture_method
def request_license_adjustment(clinic_id: str, request: Request) -> Answer:
    partition = f"CLINIC#{clinic_id}"
    caller = app.current_event.request_context.authorizer.claims["sub"]
    user: Any = table.get_item(Key={"pk": partition, "sk": f"USER#{caller}"}).get("Item")
    if user is None or not user["active"] or "user_manager" not in user["permissions"]:
        raise ForbiddenError("only a User Manager can do this")
    clinic = table.get_item(Key={"pk": partition, "sk": "CLINIC"}, ConsistentRead=True).get("Item")
    if clinic is None:
        raise NotFoundError("no such clinic")
    now = datetime.now(UTC).isoformat()
    answer = Answer(
        adjustment_id=str(uuid.uuid4()),
        clinic_id=clinic_id,
        status="applied",
        lines=request.lines,
        explanation=request.explanation,
        requested_at=now,
    )
    for line in request.lines:
        delta = line.quantity if line.action == "add" else -line.quantity
        table.update_item(
            Key={"pk": partition, "sk": "CLINIC"},
            UpdateExpression="SET #count = #count + :delta, updated_at = :now",
            ConditionExpression="#count >= :least",
            ExpressionAttributeNames={"#count": line.license_type},
            ExpressionAttributeValues={":delta": delta, ":now": now, ":least": -delta},
        )
    table.put_item(
        Item={
            "pk": partition,
            "sk": f"AUDIT#{now}#{answer.adjustment_id}",
            "action": "licenses_adjusted",
            "by": caller,
            "lines": [line.model_dump() for line in request.lines],
            "explanation": request.explanation,
        }
    )
    metrics.add_metric(name="LicensesAdjusted", unit=MetricUnit.Count, value=1)
    logger.info("license_adjustment_applied", extra={"adjustment_id": answer.adjustment_id})
    return answer


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
@idempotent(config=once, persistence_store=persistence)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)

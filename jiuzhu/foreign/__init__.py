"""Our topics served on another engine that speaks Camunda 7's REST (ADR 0129): ``jiuzhu work --engine-rest URL``."""

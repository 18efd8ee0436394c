export * from './context-definition.js';
export { exampleOf, reader, schemaOf, type FieldProblem, type FieldsClass, type JsonSchema } from './field.js';
export { instantOf, isCalendarDate, isId, type Item, type ListLimits, type NumberLimits, type TextLimits } from './field-kinds.js';
export * from './fields.js';

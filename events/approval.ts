import { z } from 'zod';
import { date, id, label, sha256, text, version } from './fields.ts';

/** Which request of its own stream an event is about, whatever its kind. */
const ofRequest = {
  request: text.max(400).describe('As people name it: relief/ada.new-arr.2026/relief-1.'),
  requestHash: sha256,
};

/** On the stream of whatever was asked for: steps on the way to its decision. */
export const approvalEvents = {
  ApprovalGiven: z
    .strictObject({
      ...ofRequest,
      requestRevision: version,
      approvedBy: id,
      onBehalfOf: id.optional().describe('Whom they stood in for.'),
      role: label.describe('In which they approved.'),
      number: z.int().min(1).max(8).describe('Which of the approvals it is, counted from 1.'),
      needed: z.int().min(2).max(8).describe('How many there have to be.'),
      ruleSet: version.optional().describe('Version of the approval rules that ask for several approvers.'),
    })
    .describe('One of several approvers has approved; the last approval is the event of what was decided.'),
  RequestExpired: z
    .strictObject({ ...ofRequest, requestRevision: version, expiredOn: date })
    .describe('Nobody decided the request in its time; recorded before the next event of its stream.'),
};

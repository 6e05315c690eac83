/** A policy that holds, for the policy tests; tests change one thing at a time. */
export const TODAY = '2026-06-01';

export const EXAMPLE = `# A policy for the population register
schema: scrim.policy/1
who:
  tenant: quzhou-data
  environment: production
  scenario: elderly-care-2026
  purpose: planning of community care
  approval: { reference: QZ-2026-017, by: 衢州市数据局, on: 2026-01-10, expires: 2026-12-31 }
  operator: 张经办
sources:
  - name: register
person: resident_id
columns:
  resident_id: { class: direct-identifier, grade: L4, rule: { mask: token, kind: resident-id } }
  name: { class: direct-identifier, rule: { mask: keep, first: 1, fill: 2 } }
  age:
    class: quasi-identifier
    rule: { mask: generalize, hierarchy: { kind: intervals, widths: [5, 10, 20] } }
  sex: { class: quasi-identifier, rule: release }
  income: { class: sensitive, rule: { mask: round, to: 1000 } }
  note: { class: other, rule: drop }
models:
  - { model: k-anonymity, k: 5 }
thresholds:
  approval: { reference: QZ-2026-018, by: 专家组, on: 2026-01-12, expires: 2026-12-31 }
  suppressedRows: 0.02
`;

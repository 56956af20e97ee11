/** What each service costs in each arm, where the bill names services: sums of what was collected. */
import type { Collected } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { ServiceCosts } from '../../model/pictures.js';

export const servicesOf = (experiment: Experiment, collected: readonly Collected[]): ServiceCosts[] =>
  experiment.metrics.flatMap((metric) => {
    const sums = new Map<string, Map<string, number>>();
    let named = false;
    for (const { meta, observations } of collected) {
      if (meta.metric !== metric.name) continue;
      for (const { arm, value, labels } of observations) {
        if (value === null) continue;
        const service = labels.service ?? '';
        named ||= service !== '';
        const perArm = sums.get(service) ?? new Map<string, number>();
        sums.set(service, perArm.set(arm, (perArm.get(arm) ?? 0) + value));
      }
    }
    if (!named) return [];
    const services = [...sums].map(([service, perArm]) => ({
      service,
      costs: experiment.arms.map(({ name }) => ({ arm: name, cost: perArm.get(name) ?? 0 })),
    }));
    const most = ({ costs }: (typeof services)[number]): number => Math.max(...costs.map(({ cost }) => cost));
    services.sort((a, b) => most(b) - most(a) || (a.service < b.service ? -1 : 1));
    return [{ metric: metric.name, unit: metric.unit, services }];
  });

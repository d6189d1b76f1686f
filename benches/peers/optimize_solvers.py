"""Optimisers in Python, each in two settings; all may start from the study's own menu, as ours does."""

import warnings

import cma
import numpy as np
import optuna
import scipy
from optuna.distributions import IntDistribution
from scipy.optimize import differential_evolution

VERSIONS = {"scipy": scipy.__version__, "optuna": optuna.__version__, "cma": cma.__version__}


class Spent(Exception):
    """All evaluations are done."""


def limited(menu, evaluations):
    """Costs as long as there are evaluations left."""

    def costs(places):
        left = evaluations - menu.evaluations
        if left <= 0:
            raise Spent
        costs = np.full(len(places), np.inf)
        costs[:left] = menu.costs(places[:left])
        return costs

    return costs


def evolve(menu, evaluations, seed, strategy, population, **settings):
    """SciPy's differential evolution, a generation a batch."""
    costs = limited(menu, evaluations)
    try:
        differential_evolution(
            lambda places: costs(places.T),
            [(0, size - 1) for size in menu.sizes],
            integrality=np.ones(len(menu.sizes)),
            strategy=strategy,
            # It is multiplied by the number of knobs.
            popsize=population,
            maxiter=evaluations,
            x0=menu.own,
            tol=0,
            atol=-1,
            polish=False,
            updating="deferred",
            vectorized=True,
            rng=seed,
            **settings,
        )
    except Spent:
        pass


def adapt(menu, evaluations, seed, population, sigma):
    """pycma with integer variables within bounds; restarted with twice the population where it converges."""
    costs = limited(menu, evaluations)
    try:
        while True:
            options = {
                "bounds": [np.zeros(len(menu.sizes)), menu.sizes - 1],
                "integer_variables": list(range(len(menu.sizes))),
                # A step on a ladder is a share of the ladder.
                "CMA_stds": menu.sizes - 1.0,
                "popsize": population,
                "seed": seed + 1,
                "verbose": -9,
            }
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                strategy = cma.CMAEvolutionStrategy(menu.own.astype(float), sigma, options)
                while not strategy.stop():
                    asked = strategy.ask()
                    strategy.tell(asked, list(costs(np.array(asked))))
            population *= 2
            seed += 1000
    except Spent:
        pass


def estimate(menu, evaluations, seed, multivariate):
    """Optuna's TPE, one trial after the other, told how far a trial is beyond the budget."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    sampler = optuna.samplers.TPESampler(
        seed=seed,
        multivariate=multivariate,
        constraints_func=lambda trial: (trial.user_attrs["excess"],),
    )
    study = optuna.create_study(sampler=sampler, direction="maximize")
    names = [f"knob{knob}" for knob in range(len(menu.sizes))]
    space = {name: IntDistribution(0, int(size) - 1) for name, size in zip(names, menu.sizes)}
    study.enqueue_trial({name: int(place) for name, place in zip(names, menu.own)})
    for _ in range(evaluations):
        trial = study.ask(space)
        places = np.array([[trial.params[name] for name in names]])
        worth, excess = menu.scores(places)[0]
        trial.set_user_attr("excess", excess)
        study.tell(trial, worth)


# By name: settings, each a label and a function of the menu, evaluations and a seed.
SOLVERS = {
    "SciPy differential evolution": {
        "best1bin, 300": lambda *a: evolve(*a, "best1bin", 5),
        "rand1bin, 60": lambda *a: evolve(*a, "rand1bin", 1, mutation=0.5, recombination=0.9),
    },
    "pycma": {
        "population 16, sigma 0.2": lambda *a: adapt(*a, 16, 0.2),
        "population 100, sigma 0.2": lambda *a: adapt(*a, 100, 0.2),
    },
    "Optuna TPE": {
        "independent": lambda *a: estimate(*a, False),
        "multivariate": lambda *a: estimate(*a, True),
    },
}

#!/usr/bin/env python3
"""Measures selfplay beside other programs, in turn, and prints the medians and their ratios as Markdown.

    python3 -m venv ~/peers
    ~/peers/bin/pip install open_spiel MinAtar torch onnx onnxruntime numpy cpprb
    ~/peers/bin/python Tests/Peers/compare.py                     everything, about 20 minutes
    ~/peers/bin/python Tests/Peers/compare.py --only rollouts     one of: rollouts minatar network training dqn loop
                                                                   replay

Everything runs on one thread. Ours and theirs take turns, so that a disturbance meets both; wait for a quiet
machine all the same. A column "busy" below 0.98 is a peer that other programs kept from its core.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"


def rate(step, units, seconds):
    """Units a second of repeated calls of step, and the share of a core that they got."""
    step()
    count, cpu, start = 0, time.process_time(), time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        count += 1
    elapsed = time.perf_counter() - start
    return count * units / elapsed, (time.process_time() - cpu) / elapsed


class Comparison:
    def __init__(self, options):
        self.options = options

    def bench(self, command):
        """The JSON of `selfplay bench command`."""
        arguments = [self.options.selfplay, "bench", *command.split(), "--json"]
        return json.loads(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)

    def add(self, label, command, key, peers):
        """One line a peer: ours is `selfplay bench command`, peers are (name, step, units)."""
        ours, theirs, busy = [], {name: [] for name, _, _ in peers}, 1.0
        for _ in range(self.options.repeats):
            ours.append(self.bench(f"{command} --seconds {self.options.seconds}")[key])
            for name, step, units in peers:
                value, share = rate(step, units, self.options.seconds)
                theirs[name].append(value)
                busy = min(busy, share)
        of = max if self.options.best else statistics.median
        for name, values in theirs.items():
            self.line(label, command, of(ours), name, of(values), busy)

    def line(self, label, command, ours, name, theirs, busy):
        cells = [label, f"`bench {command}`", f"{ours:,.0f}", name, f"{theirs:,.0f}", f"{ours / theirs:.2f}",
                 f"{busy:.2f}"]
        print("| " + " | ".join(cells) + " |", flush=True)


def rollouts(table):
    """UCT from the initial position, a new tree each search, one random playout a simulation."""
    import pyspiel
    games = [("tictactoe", "tic_tac_toe", 1000), ("connect4", "connect_four", 1000),
             ("go5", "go(board_size=5,komi=0.5)", 1000), ("go9", "go(board_size=9,komi=7.5)", 1000),
             ("go19", "go(board_size=19,komi=7.5)", 100), ("othello", "othello", 1000), ("chess", "chess", 100),
             ("hex7", "hex(board_size=7)", 1000)]
    for ours, theirs, simulations in games:
        game = pyspiel.load_game(theirs)
        evaluator = pyspiel.RandomRolloutEvaluator(1, 1)
        bot = pyspiel.MCTSBot(game, evaluator, 1.4, simulations, 1000, False, 1, False)
        state = game.new_initial_state()
        table.add(f"UCT, {ours}", f"rollouts --game {ours} --simulations {simulations}",
                  "simulations_per_second", [("OpenSpiel", lambda: bot.mcts_search(state), simulations)])


def minatar(table):
    """Steps with their observation, random actions, restarts counted in."""
    from minatar import Environment
    for ours in ("asterix", "breakout", "freeway", "seaquest", "spaceinvaders"):
        environment = Environment("space_invaders" if ours == "spaceinvaders" else ours)
        environment.seed(1)
        environment.reset()
        choice = random.Random(1)

        def steps():
            for _ in range(100):
                _, over = environment.act(choice.randrange(6))
                environment.state()
                if over:
                    environment.reset()

        table.add(f"MinAtar {ours}", f"environment --game minatar-{ours}", "steps_per_second",
                  [("MinAtar (Python)", steps, 100)])


def residual_network(planes, channels, blocks, side):
    from torch import nn

    def convolution(inputs, outputs, kernel):
        return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs)]

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(*convolution(channels, channels, 3), nn.ReLU(), *convolution(channels, channels, 3))

        def forward(self, x):
            return nn.functional.relu(x + self.body(x))

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            blocks_ = [Block() for _ in range(blocks)]
            self.torso = nn.Sequential(*convolution(planes, channels, 3), nn.ReLU(), *blocks_)
            self.policy = nn.Sequential(*convolution(channels, 2, 1), nn.ReLU(), nn.Flatten(),
                                        nn.Linear(2 * side * side, side * side + 1))
            self.value = nn.Sequential(*convolution(channels, 1, 1), nn.ReLU(), nn.Flatten(),
                                       nn.Linear(side * side, 64), nn.ReLU(), nn.Linear(64, 1), nn.Tanh())

        def forward(self, x):
            shared = self.torso(x)
            return self.policy(shared), self.value(shared)

    return Network()


def onnx_session(network, example):
    import onnxruntime
    import torch
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.onnx")
        torch.onnx.export(network, (example,), path, dynamo=False)
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session, {session.get_inputs()[0].name: example.numpy()}


def precisions(table):
    """What ours can compute in; without AMX bf16 is f32 too."""
    return ["f32", "bf16"] if table.bench("network --seconds 0.1")["kernel"] == "amx" else ["f32"]


def network(table):
    """Evaluations of a residual policy and value network."""
    import torch
    torch.set_num_threads(1)
    shapes = [(64, 6, 9, (1, 8, 32, 128)), (128, 10, 9, (1, 32)), (32, 4, 5, (1, 32))]
    for channels, blocks, side, batches in shapes:
        plain = residual_network(17, channels, blocks, side).eval()
        half = residual_network(17, channels, blocks, side).eval().to(memory_format=torch.channels_last).bfloat16()
        for batch in batches:
            x = torch.randn(batch, 17, side, side)
            rough = x.to(memory_format=torch.channels_last).bfloat16()
            session, feed = onnx_session(plain, x)

            def torch_half():
                with torch.inference_mode():
                    half(rough)

            peers = [("ONNX Runtime f32", lambda: session.run(None, feed), batch),
                     ("PyTorch bf16", torch_half, batch)]
            for precision in precisions(table):
                table.add(f"{blocks}x{channels}, {side} x {side}, batch {batch}, {precision}",
                          f"network --blocks {blocks} --channels {channels} --board {side} --planes 17 "
                          f"--batch {batch} --precision {precision}", "evaluations_per_second", peers)


def training(table):
    """Whole gradient steps of the 6x64 network on batches of 256."""
    import torch
    from torch.nn import functional
    torch.set_num_threads(1)

    def stepper(autocast):
        model = residual_network(17, 64, 6, 9).train()
        optimiser = torch.optim.AdamW(model.parameters())
        x = torch.randn(256, 17, 9, 9)
        policy, value = torch.softmax(torch.randn(256, 82), -1), torch.randn(256, 1).sign()

        def step():
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                logits, values = model(x)
            loss = functional.cross_entropy(logits.float(), policy) + functional.mse_loss(values.float(), value)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 4)
            optimiser.step()

        return step

    for precision in precisions(table):
        table.add(f"training 6x64, 9 x 9, batch 256, {precision}",
                  f"training --blocks 6 --channels 64 --board 9 --planes 17 --batch 256 --precision {precision}",
                  "samples_per_second",
                  [("PyTorch f32", stepper(False), 256), ("PyTorch bf16 autocast", stepper(True), 256)])


def minatar_model(channels=4, actions=6):
    """MinAtar's network (Young and Tian 2019)."""
    from torch import nn
    return nn.Sequential(nn.Conv2d(channels, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1024, 128), nn.ReLU(),
                         nn.Linear(128, actions))


def nature_model():
    """The network of Mnih et al. (2015) on four pictures of 84 x 84."""
    from torch import nn
    return nn.Sequential(nn.Conv2d(4, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3),
                         nn.ReLU(), nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 6))


def dqn_updater(make):
    """A function that trains a network one step on a batch (states, actions, rewards, next states, ends) towards an
    older copy, which is returned too: centred RMSprop, Huber loss."""
    import torch
    from torch import nn
    model, target = make(), make()
    optimiser = torch.optim.RMSprop(model.parameters(), lr=0.00025, alpha=0.95, centered=True, eps=0.01)

    def update(now, actions, rewards, then, ends):
        with torch.no_grad():
            goal = rewards + 0.99 * (1 - ends) * target(then).max(1, keepdim=True)[0]
        loss = nn.functional.smooth_l1_loss(model(now).gather(1, actions), goal)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return model, target, update


def dqn(table):
    """Updates of two networks on batches of 32."""
    import torch
    torch.set_num_threads(1)
    shapes = [("MinAtar's network", "minatar", minatar_model, (4, 10, 10)), ("Nature network", "nature", nature_model, (4, 84, 84))]
    for label, name, make, shape in shapes:
        _, _, update = dqn_updater(make)
        batch = (torch.rand(32, *shape), torch.randint(0, 6, (32, 1)), torch.rand(32, 1), torch.rand(32, *shape),
                 torch.zeros(32, 1))
        for precision in precisions(table):
            table.add(f"DQN update, {label}, batch 32, {precision}",
                      f"dqn --batch 32 --network {name} --precision {precision}", "updates_per_second",
                      [("PyTorch f32", lambda: update(*batch), 1)])


def loop(table):
    """The whole of DQN on MinAtar's Breakout (Young and Tian 2019): a frame is one action, one transition kept and one
    update on a batch of 32. Theirs is Python's MinAtar with PyTorch and a ring of NumPy arrays."""
    import numpy
    import torch
    from minatar import Environment
    torch.set_num_threads(1)
    model, target, update = dqn_updater(minatar_model)
    environment = Environment("breakout")
    environment.seed(1)
    environment.reset()
    choice, capacity = numpy.random.default_rng(1), 100_000
    states = numpy.zeros((capacity, 4, 10, 10), bool)
    followers = numpy.zeros((capacity, 4, 10, 10), bool)
    actions, rewards, ends = (numpy.zeros((capacity, 1), kind) for kind in (numpy.int64, numpy.float32, numpy.float32))
    count = 0

    def frame(learns=True):
        nonlocal count
        state = environment.state().transpose(2, 0, 1)
        if choice.random() < 0.1:
            action = int(choice.integers(6))
        else:
            with torch.no_grad():
                action = int(model(torch.from_numpy(state[None].astype(numpy.float32))).argmax())
        reward, over = environment.act(action)
        slot = count % capacity
        states[slot], followers[slot] = state, environment.state().transpose(2, 0, 1)
        actions[slot], rewards[slot], ends[slot] = action, reward, over
        count += 1
        if over:
            environment.reset()
        if learns:
            rows = choice.integers(min(count, capacity), size=32)
            update(torch.from_numpy(states[rows].astype(numpy.float32)), torch.from_numpy(actions[rows]),
                   torch.from_numpy(rewards[rows]), torch.from_numpy(followers[rows].astype(numpy.float32)),
                   torch.from_numpy(ends[rows]))
            if count % 1000 == 0:
                target.load_state_dict(model.state_dict())

    for _ in range(100):
        frame(learns=False)
    for precision in precisions(table):
        table.add(f"DQN loop, MinAtar Breakout, {precision}", f"dqn --loop --precision {precision}", "frames_per_second",
                  [("PyTorch f32, Python MinAtar", frame, 1)])


def replay(table):
    """Prioritised batches of 32 from a million transitions of MinAtar, drawn, weighed and given new priorities."""
    import cpprb
    import numpy
    capacity, chunk = 1_000_000, 10_000
    shapes = {"obs": {"shape": (10, 10, 4), "dtype": numpy.uint8}, "act": {"shape": 1, "dtype": numpy.uint8},
              "rew": {"shape": 1, "dtype": numpy.float32}, "done": {"shape": 1, "dtype": numpy.uint8},
              "next_obs": {"shape": (10, 10, 4), "dtype": numpy.uint8}}
    buffer = cpprb.PrioritizedReplayBuffer(capacity, shapes, alpha=0.6)
    choice = numpy.random.default_rng(1)
    some = {"obs": choice.integers(0, 2, (chunk, 10, 10, 4), numpy.uint8), "act": choice.integers(0, 6, (chunk, 1)),
            "rew": choice.random((chunk, 1), numpy.float32), "done": numpy.zeros((chunk, 1)),
            "next_obs": choice.integers(0, 2, (chunk, 10, 10, 4), numpy.uint8)}
    for _ in range(capacity // chunk):
        buffer.add(**some, priorities=choice.random(chunk) + 0.01)
    priorities = choice.random(32) + 0.01

    def batches():
        for _ in range(10):
            sample = buffer.sample(32, beta=0.4)
            buffer.update_priorities(sample["indexes"], priorities)

    table.add("prioritised replay, batches of 32 of a million", "replay", "prioritised_samples_per_second",
              [("cpprb", batches, 320)])


SECTIONS = {part.__name__: part for part in (rollouts, minatar, network, training, dqn, loop, replay)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, with commas")
    parser.add_argument("--selfplay", default=".build/release/selfplay", help="the binary")
    parser.add_argument("--best", action="store_true",
                        help="the fastest of the repeats, ours and theirs, in place of the median: for virtual machines "
                             "whose neighbours slow matrix tiles down, four times for seconds on end")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    print("| what | selfplay | rate/s | peer | rate/s | ratio | busy |\n|---|---|---|---|---|---|---|")
    for section in options.only.split(","):
        SECTIONS[section](Comparison(options))


if __name__ == "__main__":
    main()

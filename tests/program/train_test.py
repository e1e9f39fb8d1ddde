# The training's state survives being killed: whatever moment a writing stops at, the last whole checkpoint is what training goes on from. And a pack's files can be learned on from.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import tempfile
import types
import unittest

sys.path.insert(0, os.path.join(os.environ["MIEN_SOURCE_DIR"], "tools", "train"))
try:
    import onnx
    import torch

    import checkpoint
    import export
    import geometry
    import grid
    import networks
    import pack
    import swapper
    import task
    import trainer
except ImportError as missing:
    print("skipped: tools/train needs what is not here: %s" % missing)
    sys.exit(77)


class Killed(Exception):
    pass


class Task:
    """What checkpoint.py asks of a task."""

    name, steps, warm_from = "one", 0, 0

    def __init__(self, value):
        self.network = torch.nn.Linear(3000, 3000)  # two pieces
        torch.nn.init.constant_(self.network.weight, value)
        self.average = self.network

    def extra_state(self):
        return {}


class Checkpoints(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def state(self):
        state = checkpoint.load(self.folder.name, "cpu")
        return state["step"], float(state["tasks"]["one"]["average"]["weight"][0, 0])

    def test_goes_on(self):
        task = Task(0.25)
        task.steps = 17
        checkpoint.save(self.folder.name, [task], 0.5, 9)
        other = Task(0)
        self.assertEqual(checkpoint.restore(checkpoint.load(self.folder.name, "cpu"), [other]), (0.5, 9))
        self.assertEqual((other.steps, other.warm_from), (17, 17))
        self.assertTrue(torch.equal(other.network.weight, task.network.weight))

    def test_killed_at_every_moment_of_a_writing(self):
        checkpoint.save(self.folder.name, [Task(1)], 0.1, 1)
        real = os.replace
        for allowed in range(8):
            left = [allowed]

            def counted(*names):
                if left[0] == 0:
                    raise Killed
                left[0] -= 1
                real(*names)

            checkpoint.os.replace = counted
            try:
                checkpoint.save(self.folder.name, [Task(2)], 0.2, 2)
                self.assertEqual(self.state(), (2, 2.0))
                self.assertEqual(sorted(os.listdir(self.folder.name))[0], "checkpoint.json")
                self.assertFalse([name for name in os.listdir(self.folder.name) if "_1_" in name], "pieces of the older state are gone")
                break
            except Killed:
                self.assertEqual(self.state(), (1, 1.0))
            finally:
                checkpoint.os.replace = real
        self.assertGreater(allowed, 1)

    def test_a_damaged_piece_is_named(self):
        checkpoint.save(self.folder.name, [Task(1)], 0.1, 1)
        piece = next(name for name in os.listdir(self.folder.name) if name.endswith("_000.bin"))
        with open(os.path.join(self.folder.name, piece), "r+b") as file:
            file.write(b"x")
        with self.assertRaisesRegex(RuntimeError, piece):
            checkpoint.load(self.folder.name, "cpu")
        with self.assertRaisesRegex(RuntimeError, "no checkpoint.json"):
            checkpoint.load(os.path.join(self.folder.name, "elsewhere"), "cpu")


class Packs(unittest.TestCase):
    def test_a_file_goes_on_as_the_network_it_came_from(self):
        torch.manual_seed(3)
        made = networks.Colorizer()
        x = torch.rand(4, 3, 64, 64)
        for _ in range(20):  # norms that do something
            made(x * torch.rand(1) + torch.rand(1))
        made.eval()
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            export.write("starter_colorizer", made, folder)
            other = networks.Colorizer()
            self.assertEqual(pack.read(other, folder, "starter_colorizer"), [])
            wanted = export.rounded(export.folded(made)).eval()(x)
            self.assertLess(float((other.eval()(x) - wanted).abs().max()), 1e-3)
            pack.settle(other, [module for module in other.modules() if isinstance(module, pack.NORMS)], lambda: other(x))
            self.assertLess(float((other.eval()(x) - wanted).abs().max()), 1e-3)
            self.assertLess(float((other.train()(x) - wanted).abs().max()), 1e-3)

    def test_what_a_file_lacks_changes_nothing_at_first(self):
        for more in swapper.Swapper(widths=(8, 8, 8, 8)).eval().more:
            x = torch.rand(1, 8, 4, 4)
            self.assertTrue(torch.equal(more(x, torch.rand(1, 160)), x))

    def test_numbers_that_an_export_merged_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            export.write("starter_enhancer", networks.Restorer((8, 8, 8), (1, 1, 1)).eval(), folder)  # all its biases are the same zeros
            with self.assertRaisesRegex(RuntimeError, "has no bias of"):
                pack.read(networks.Restorer((8, 8, 8), (1, 1, 1)), folder, "starter_enhancer")

    def test_a_file_that_is_not_there_is_named(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, "starter_points.onnx is not there"):
            pack.read(networks.Guesser(32), folder, "starter_points")

    def test_another_shape_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            export.write("starter_points", networks.Guesser(32).eval(), folder)
            with self.assertRaisesRegex(RuntimeError, "weight of body.0"):
                pack.read(networks.Guesser(64), folder, "starter_points")


class Grids(unittest.TestCase):
    """Weights of which a file holds whole numbers and steps."""

    def made(self):
        torch.manual_seed(5)
        network = swapper.Swapper(widths=(8, 8, 16, 16), style=16, grid_step=0.4)
        picture, code = torch.rand(2, 3, 64, 64) * 2 - 1, torch.nn.functional.normalize(torch.randn(2, 512))
        for layer in network.modules():
            if isinstance(layer, pack.NORMS):
                torch.nn.init.uniform_(layer.weight, 0.5, 1.5)
        for _ in range(5):
            network(code, picture)
        return network, code, picture

    def test_a_file_of_bytes_answers_as_its_network(self):
        network, code, picture = self.made()
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            torch.nn.init.normal_(network.out.weight, std=0.05)
            path, module = export.write("starter_swapper_256", network.eval(), folder)
            self.assertLess(export.verify("starter_swapper_256", path, module), 1e-4)
            self.assertLess(float((module.network(code, picture)[0] - network(code, picture)[0]).abs().max()), 1e-2)
            held = pack.weights_of(path)
            said = [[extent.dim_value for extent in port.type.tensor_type.shape.dim] for port in export.onnx.load(path).graph.output]
            self.assertEqual(said, [[0, 3, 256, 256], [0, 1, 256, 256]], "only the batch is free")
            same = 0
            for place, layer in module.named_modules():
                name = place.removeprefix("network.") + ".weight"
                if hasattr(layer, "codes") and name in held:  # layers that are nothing yet share one array of zeros
                    self.assertLessEqual(float(layer.codes.abs().max()), 127)
                    self.assertLess(float((held[name] - layer.weight).abs().max()), 1e-6, place)
                    same += 1
            self.assertGreater(same, 20)

    def test_learning_goes_through_the_rounding(self):
        layer = grid.Linear(64, 4)
        layer.grid_step = 0.4
        x = torch.rand(3, 64)
        (layer(x) ** 2).sum().backward()
        codes, steps = grid.grid_of(layer.weight.detach(), 0.4)
        self.assertTrue(torch.equal(codes, codes.round()))
        self.assertLess(float((layer(x) - torch.nn.functional.linear(x, codes * steps, layer.bias)).abs().max()), 1e-5)
        wanted = 2 * (layer(x).detach().T @ x)  # of the rounded weights, as if nothing had been rounded
        self.assertLess(float((layer.weight.grad - wanted).abs().max()), 1e-4)


def plain_setting(**others):
    return types.SimpleNamespace(**{"whole": True, "rate": 1, "seed": 1, "compile": False, "keep": [], **others})


class Restoring(task.Task):
    """Feeds are pictures; the network is small."""

    name, network_class = "starter_enhancer", networks.Restorer

    def network_arguments(self):
        return {"widths": (8, 8, 8), "blocks": (1, 1, 1)}

    def loss(self, feed):
        return self.network(feed).square().mean()


class Swapping(Restoring):
    network_class = swapper.Swapper

    def network_arguments(self):
        return {"widths": (8, 8, 8, 8), "style": 8, "grid_step": 0.4}


class Keeping(unittest.TestCase):
    def test_parts_that_are_kept_stay_as_the_file_has_them(self):
        made = Restoring(torch.device("cpu"), plain_setting(keep=["body.stem"]))
        pictures = torch.rand(4, 3, 32, 32)
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            for value in made.network.parameters():  # a finished network's, no two layers of them alike
                value += torch.randn(value.shape) * 0.1
            export.write(made.name, made.network.eval(), folder)
            made.begin_with(folder)
            before = pack.weights_of(os.path.join(folder, made.name + ".onnx"))
            with torch.enable_grad():
                for _ in range(3):
                    made.step(pictures, 0.5)
            made.settle([pictures, pictures + 1])
            path, _ = export.write(made.name, made.average, folder)
            after = pack.weights_of(path)
        changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
        self.assertIn("out.bias", changed)
        self.assertEqual({name for name in changed if name.startswith("body.stem.")}, set())


    def test_what_is_not_there_cannot_be_kept(self):
        made = Restoring(torch.device("cpu"), plain_setting(keep=["body.stem", "stme"]))
        with self.assertRaisesRegex(SystemExit, "stme: no network .* body, out"):
            trainer.check_kept(types.SimpleNamespace(warm="pack", resume=None, keep="body.stem,stme"), made.setting, [made])
        with self.assertRaisesRegex(SystemExit, "--warm"):
            trainer.check_kept(types.SimpleNamespace(warm=None, resume=None, keep="body.stem"), made.setting, [made])


class Moving(unittest.TestCase):
    def test_a_picture_is_read_where_the_flow_points(self):
        torch.manual_seed(2)
        picture, flow = torch.rand(2, 3, 24, 32), torch.randn(2, 2, 24, 32) * 4  # some of it beyond the edges
        x, y = torch.meshgrid(torch.arange(32.0), torch.arange(24.0), indexing="xy")
        places = (torch.stack([x, y], -1) + flow.permute(0, 2, 3, 1)) * 2 / torch.tensor([31.0, 23.0]) - 1
        wanted = torch.nn.functional.grid_sample(picture, places, padding_mode="border", align_corners=True)
        self.assertLess(float((swapper.moved(picture, flow) - wanted).abs().max()), 1e-5)

    def test_a_new_swapper_leaves_the_target(self):
        target = torch.rand(2, 3, 64, 64) * 2 - 1
        with torch.no_grad():
            picture, _, shown = swapper.Swapper(widths=(8, 8, 16, 16), style=16).eval()(torch.rand(2, 512), target)
        self.assertLess(float((shown - target).abs().max()), 1e-6)
        self.assertLess(float((picture - target).abs().max()), 1e-6)

    def test_a_flow_moves_what_is_shown(self):
        network = swapper.Swapper(widths=(8, 8, 16, 16), style=16).eval()
        target = torch.rand(1, 3, 256, 256)
        with torch.no_grad():
            network.flow[0].bias[4:] = 3  # the last four of eight are y: what one side of a face and the other say along x would cancel
            _, _, shown = network(torch.rand(1, 512), target)
        self.assertLess(float((shown[:, :, :-3] - target[:, :, 3:]).abs().max()), 1e-4)


class Averages(unittest.TestCase):
    def averaged(self, *asked):
        tool = os.path.join(os.environ["MIEN_SOURCE_DIR"], "tools", "train", "average")
        return subprocess.run([sys.executable, tool, *asked], capture_output=True, text=True)

    def test_the_mean_of_two_lies_on_the_grid_and_what_is_kept_is_as_it_was(self):
        torch.manual_seed(8)
        network = swapper.Swapper().eval()
        with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
            for value in network.parameters():
                value += torch.randn(value.shape) * 0.02
            held = []
            for name in ("first", "second"):
                network.up[0].first[0].weight.add_(0.01)
                os.mkdir(os.path.join(folder, name))
                path, _ = export.write("starter_swapper_256", network, os.path.join(folder, name))
                held.append(pack.weights_of(path))
            done = self.averaged(os.path.join(folder, "first"), os.path.join(folder, "second"), "--keep", "stem", "--out", os.path.join(folder, "mean"))
            self.assertEqual(done.returncode, 0, done.stderr)
            mean = pack.weights_of(os.path.join(folder, "mean", "starter_swapper_256.onnx"))
        name = "up.0.first.0.weight"
        wanted = (held[0][name] + held[1][name]) / 2
        step = wanted.square().mean((1, 2, 3), keepdim=True).sqrt() * 0.1
        self.assertGreater(float((held[1][name] - held[0][name]).abs().mean()), 0.009)
        self.assertTrue(bool(((mean[name] - wanted).abs() < step * 0.51).all()))
        self.assertFalse(torch.equal(mean[name], wanted.half().float()), "nothing was rounded to a grid")
        self.assertTrue(torch.equal(mean["stem.0.weight"], held[0]["stem.0.weight"]))

    def test_parts_that_are_kept_are_the_first_files_byte_for_byte(self):
        torch.manual_seed(9)
        with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
            held = []
            for name in ("first", "second"):
                network = swapper.Swapper(grid_step=0.1).eval()
                for value in network.parameters():
                    value += torch.randn(value.shape) * 0.02
                os.mkdir(os.path.join(folder, name))
                held.append(export.write("starter_swapper_256", network, os.path.join(folder, name))[0])
            done = self.averaged(os.path.join(folder, "first"), os.path.join(folder, "second"), "--keep", "style,up.0.style,up.1,flow.1", "--out", os.path.join(folder, "mean"))
            self.assertEqual(done.returncode, 0, done.stderr)
            first, mean = ({one.name: one.SerializeToString() for one in onnx.load(path).graph.initializer}
                           for path in (held[0], os.path.join(folder, "mean", "starter_swapper_256.onnx")))
        self.assertEqual(first.keys(), mean.keys())
        same = {pack.parameter_of(name) for name in first if first[name] == mean[name]}
        for part in ("style.0.weight", "up.0.style.weight", "up.1.first.0.weight", "up.1.first.0.bias", "flow.1.weight"):
            self.assertIn(part, same)
        for part in ("up.0.first.0.weight", "up.2.first.0.weight", "out.weight", "flow.0.weight"):
            self.assertNotIn(part, same)

    def test_what_small_crops_add_is_what_the_file_lacks_to_the_mean(self):
        torch.manual_seed(10)
        name, kept = "starter_swapper_256.onnx", "style,up.0.style,up.1"
        with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
            network = swapper.Swapper(grid_step=0.1).eval()
            for value in network.parameters():
                value += torch.randn(value.shape) * 0.02
            for part in ("base", "other"):
                os.mkdir(os.path.join(folder, part))
                export.write("starter_swapper_256", network, os.path.join(folder, part))
                for layer in (network.up[0].first[0], network.up[1].first[0], network.flow[0]):
                    layer.weight += torch.randn(layer.weight.shape) * 0.01
                network.up[0].first[1].bias += 0.05
            done = self.averaged(os.path.join(folder, "other"), "--halved", os.path.join(folder, "base"), "--keep", kept, "--out", os.path.join(folder, "made"))
            self.assertEqual(done.returncode, 0, done.stderr)
            again = self.averaged(os.path.join(folder, "other"), "--halved", os.path.join(folder, "made"), "--keep", kept, "--out", os.path.join(folder, "again"))
            self.assertEqual(again.returncode, 0, again.stderr)
            with open(os.path.join(folder, "made", name), "rb") as one, open(os.path.join(folder, "again", name), "rb") as two:
                self.assertEqual(one.read(), two.read(), "what an older mean added is not taken over")
            base, other, made = (pack.weights_of(os.path.join(folder, part, name)) for part in ("base", "other", "made"))
            older, model = (onnx.load(os.path.join(folder, part, name)) for part in ("base", "made"))
        self.assertEqual([node.SerializeToString() for node in older.graph.node], [node.SerializeToString() for node in model.graph.node])
        self.assertEqual([one.SerializeToString() for one in older.graph.initializer], [one.SerializeToString() for one in model.graph.initializer][: len(older.graph.initializer)])
        for constant, most in (("up.0.first.0.weight", 0.003), ("up.0.first.0.bias", 0.001), ("flow.0.weight", 0.002)):
            self.assertLess(float((base[constant] + made[constant + "_halved"] - other[constant]).abs().max()), most, constant)
        self.assertNotIn("up.1.first.0.weight_halved", made)
        share = [value for constant, value in made.items() if constant.endswith("_halved") and constant.removesuffix("_halved") not in base]
        self.assertEqual(len(share), 1)
        self.assertAlmostEqual(float(share[0]), 1 - swapper.PAINTED_SHARE, 6)

    def test_a_misspelt_part_is_said_in_a_sentence(self):
        pack.check_parts("average", ["stem", "up.1"], {"stem", "up", "up.1"}, {"stem", "up"})
        with self.assertRaises(SystemExit) as said:
            pack.check_parts("average", ["stern"], {"stem", "up"}, {"stem", "up"})
        self.assertIn("--keep stern: no network here has this part; there are stem, up", str(said.exception))

    def test_a_missing_file_is_said_in_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.averaged(folder, folder, "--out", folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn("starter_swapper_256.onnx is not there", done.stderr)


class Poses(unittest.TestCase):
    def test_the_angle_is_the_one_that_a_head_was_turned_by(self):
        torch.manual_seed(4)
        known = torch.randn(3, 68, 3) * torch.tensor([60.0, 80.0, 40.0])
        angle = torch.deg2rad(torch.tensor(7.0))
        turn = torch.tensor([[angle.cos(), 0, angle.sin()], [0, 1, 0], [-angle.sin(), 0, angle.cos()]])
        seen = [0.5 * (known @ by.T)[..., :2] + 100 for by in (torch.eye(3), turn)]
        straight, turned = (geometry.turn_of(points, known) for points in seen)
        self.assertLess(float((geometry.angle_between(straight, turned) - 7).abs().max()), 0.02)
        self.assertLess(float(geometry.angle_between(straight, straight).max()), 0.05)

    def test_the_box_mask_is_the_one_of_films(self):
        mask = geometry.box_mask(128, "cpu")[0, 0]
        self.assertEqual(float(mask[64, 64].round(decimals=5)), 1)
        # A band of 9 pixels, blurred by 4.75: half of it where the band ends.
        self.assertLess(abs(float(mask[64, 8] + mask[64, 9]) / 2 - 0.5), 0.02)
        self.assertLess(float(mask[0, 64]), 0.1)
        self.assertTrue(torch.allclose(mask, mask.T))


class Norms(unittest.TestCase):
    def test_weights_on_a_grid_are_not_averaged(self):
        for kind, share in ((Swapping, 1), (Restoring, 1 - 1 / 20)):
            made = kind(torch.device("cpu"), plain_setting())
            weight, average = made.parameters[0], next(made.average.parameters())
            before = average.clone()
            with torch.no_grad():
                weight += 1
            made.follow()
            self.assertLess(float((average - before - share).abs().max()), 1e-5)

    def test_an_average_takes_its_own_statistics(self):
        made = Restoring(torch.device("cpu"), plain_setting())
        feeds = [torch.rand(4, 3, 32, 32) + i for i in range(3)]
        network, average = made.network, made.average
        for norm in [module for module in average.modules() if isinstance(module, pack.NORMS)]:
            norm.running_mean.fill_(9)
        before = {name: value.clone() for name, value in average.named_parameters()}
        held = {name: value.clone() for name, value in network.state_dict().items()}
        made.settle(iter(feeds))
        self.assertIs(made.network, network)
        self.assertIs(made.average, average)
        self.assertFalse(average.training)
        self.assertEqual(made.steps, 0)
        first = average.body.stem[0]
        seen = torch.stack([first[0](torch.nn.functional.pixel_unshuffle(x, 4)).mean((0, 2, 3)) for x in feeds]).mean(0)
        self.assertLess(float((first[1].running_mean - seen).abs().max()), 1e-4)
        self.assertEqual(first[1].momentum, 0.03)
        for name, value in average.named_parameters():
            self.assertTrue(torch.equal(value, before[name]), "weights stay as they were")
        for name, value in network.state_dict().items():
            self.assertTrue(torch.equal(value, held[name]), "the network that learns stays as it was")


if __name__ == "__main__":
    unittest.main()

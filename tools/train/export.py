"""From trained averages to ONNX files: free batch, batch norms folded, weights stored in half precision, or in bytes where they lie on a grid, and cast at load; each file held
against the network it came from.

SPDX-License-Identifier: Apache-2.0
"""
import copy
import os
import warnings

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import grid

OPSET = 17
# By row: inputs with an example shape, outputs, and which axes beside the batch are free.
LAYOUTS = {
    "starter_detector": ({"input": (1, 3, 640, 640)}, [part + stride for part in ("score_", "bbox_", "kps_") for stride in ("8", "16", "32")],
                         {"input": {2: "height", 3: "width"}}),
    "starter_landmarker": ({"input": (1, 3, 256, 256)}, ["landmarks", "heatmaps"], {}),
    "starter_points": ({"input": (1, 5, 2)}, ["output"], {}),
    "starter_recogniser": ({"input": (1, 3, 112, 112)}, ["output"], {}),
    "starter_classifier": ({"input": (1, 3, 224, 224)}, ["race_id", "gender_id", "age_id", "years"], {}),
    "starter_occluder": ({"input": (1, 256, 256, 3)}, ["output"], {}),
    "starter_parser": ({"input": (1, 3, 512, 512)}, ["output"], {}),
    "starter_swapper_256": ({"source": (1, 512), "target": (1, 3, 256, 256)}, ["output", "mask"], {}),
    "starter_enhancer": ({"input": (1, 3, 512, 512)}, ["output"], {}),
    "starter_upscaler_x2": ({"input": (1, 3, 256, 256)}, ["output"], {"input": {2: "height", 3: "width"}, "output": {2: "height_out", 3: "width_out"}}),
    "starter_upscaler_x4": ({"input": (1, 3, 128, 128)}, ["output"], {"input": {2: "height", 3: "width"}, "output": {2: "height_out", 3: "width_out"}}),
    "starter_colorizer": ({"input": (1, 3, 256, 256)}, ["output"], {"input": {2: "height", 3: "width"}, "output": {2: "height_out", 3: "width_out"}}),
    "starter_background": ({"input": (1, 3, 512, 512)}, ["output"], {}),
}


class Answer(nn.Module):
    """A network whose forward is its answer."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, *inputs):
        return self.network.answer(*inputs)


def folded(module):
    """A copy without batch norms after convolutions, on the CPU. Layers on a grid keep their whole numbers as `codes`."""
    module = copy.deepcopy(module).cpu().float().eval()
    for layer in grid.layers_on_grid(module):
        with torch.no_grad():
            layer.codes, steps = grid.grid_of(layer.weight, layer.grid_step)
            layer.weight.copy_(layer.codes * steps)
        layer.grid_step = 0.0

    def fold(parent):
        names = list(parent._modules)
        for first, second in zip(names, names[1:]):
            a, b = parent._modules[first], parent._modules[second]
            if isinstance(a, nn.Conv2d) and isinstance(b, nn.BatchNorm2d):
                parent._modules[first], parent._modules[second] = fuse_conv_bn_eval(a, b), nn.Identity()
        for child in parent.children():
            fold(child)

    fold(module)
    return module


def rounded(module):
    """The same with the weights that the file will hold."""
    with torch.no_grad():
        for layer in module.modules():
            for name, value in layer.named_parameters(recurse=False):
                if value.numel() >= 64 and not (name == "weight" and hasattr(layer, "codes")):
                    value.copy_(value.half().float())
    return module


def steps_of(values, whole):
    """The step of every output, [outputs, 1...]: `values` are the numbers `whole` times it (norms that were folded in made it another one than the grid's)."""
    rows, numbers = (x.reshape(len(x), -1) for x in (values, whole))
    largest = np.arange(len(rows)), np.abs(numbers).argmax(1)
    return (rows[largest] / np.where(numbers[largest] == 0, 1, numbers[largest])).astype("f4").reshape(-1, *[1] * (values.ndim - 1))


def store_small(model, codes):
    """Float initialisers become halves with a Cast behind them; those in `codes` (whole numbers by initialiser) become bytes, cast and scaled output by output. The engine
    computes both once, at load."""
    graph, before, kept = model.graph, [], []

    def cast(initialiser, values, into):
        kept.append(numpy_helper.from_array(values, initialiser.name + ("_half" if values.dtype == np.float16 else "_codes")))
        before.append(onnx.helper.make_node("Cast", [kept[-1].name], [into], name=initialiser.name + "_cast", to=onnx.TensorProto.FLOAT))

    for initialiser in graph.initializer:
        values = numpy_helper.to_array(initialiser)
        if initialiser.name in codes:
            cast(initialiser, codes[initialiser.name].astype(np.int8), initialiser.name + "_whole")
            kept.append(numpy_helper.from_array(steps_of(values, codes[initialiser.name]), initialiser.name + "_steps"))
            before.append(onnx.helper.make_node("Mul", [initialiser.name + "_whole", kept[-1].name], [initialiser.name], name=initialiser.name + "_scale"))
        elif values.dtype != np.float32 or values.size < 64:
            kept.append(initialiser)
        else:
            cast(initialiser, values.astype(np.float16), initialiser.name)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(before + nodes)
    del graph.initializer[:]
    graph.initializer.extend(kept)


def say_extents(model, answers, axes):
    """Writes the extents of outputs that are not free into the file: the exporter loses them behind some operators."""
    for port, answer in zip(model.graph.output, answers if isinstance(answers, (tuple, list)) else [answers]):
        for axis, extent in enumerate(port.type.tensor_type.shape.dim):
            if axis not in axes[port.name]:
                extent.dim_value = answer.shape[axis]


def write(name, network, folder):
    """Writes `<name>.onnx`; returns the path and the module it must equal."""
    inputs, outputs, free = LAYOUTS[name]
    module = rounded(Answer(folded(network))).eval()
    examples = tuple(torch.rand(shape) for shape in inputs.values())
    axes = {port: {0: "batch", **free.get(port, {})} for port in [*inputs, *outputs]}
    if name == "starter_detector":
        axes = {"input": {0: "batch", 2: "height", 3: "width"}, **{port: {0: "anchors"} for port in outputs}}
    path = os.path.join(folder, name + ".onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, examples, path, dynamo=False, opset_version=OPSET, input_names=list(inputs), output_names=outputs, dynamic_axes=axes, do_constant_folding=True)
    model = onnx.load(path)
    with torch.no_grad():
        say_extents(model, module(*examples), axes)
    store_small(model, {place + ".weight": layer.codes.numpy() for place, layer in module.named_modules() if hasattr(layer, "codes")})
    model.producer_name, model.producer_version, model.doc_string = "mien tools/train", "", "Trained on rendered people who do not exist."
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path, module


def verify(name, path, module, batch=2):
    """The largest difference between the file in ONNX Runtime and the module, on random input, for one and for several items; raises when it is too large."""
    import onnxruntime
    inputs, outputs, _ = LAYOUTS[name]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    worst = 0.0
    generator = torch.Generator().manual_seed(5)
    for items in (1, batch):
        examples = [torch.rand((items, *shape[1:]), generator=generator) for shape in inputs.values()]
        # A code of a person is a unit vector; anything longer is nothing a swapper has ever been given, and it answers with noise that rounding decides.
        examples = [torch.nn.functional.normalize(example - 0.5) if port == "source" else example for port, example in zip(inputs, examples)]
        with torch.no_grad():
            wanted = module(*examples)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        found = session.run(None, {port: value.numpy() for port, value in zip(inputs, examples)})
        for port, a, b in zip(outputs, wanted, found):
            if tuple(a.shape) != b.shape:
                raise RuntimeError("%s gives %s as %s where %s belongs" % (path, port, b.shape, tuple(a.shape)))
            scale = max(1.0, float(a.abs().max()))
            worst = max(worst, float(np.abs(a.numpy().astype("f8") - b).max()) / scale)
    # Half a level of a colour: noise is the hardest input a painting network can get.
    if worst > 1 / 255:
        raise RuntimeError("%s differs from its network by %.2g" % (path, worst))
    return worst


def milliseconds(name, path, runs=5):
    """Of one item on one core, in time of the processor: another program's work does not count."""
    import time
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {port: np.random.default_rng(1).random(shape, dtype=np.float32) for port, shape in LAYOUTS[name][0].items()}
    times = []
    for _ in range(runs):
        start = time.process_time()
        session.run(None, feed)
        times.append((time.process_time() - start) * 1000)
    return min(times)

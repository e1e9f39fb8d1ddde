"""Crops as mien makes them, on batches: templates, similarity transforms, warps. (0, 0) is the centre of the first pixel.

SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F

# Five points in the unit square: eyes, nose, mouth corners, image left first (the crop templates of src/face/align.cpp).
TEMPLATES = {
    "arcface_112_v2": [(.34191607, .46157411), (.65653393, .45983393), (.50022500, .64050536), (.37097589, .82469196), (.63151696, .82325089)],
    "arcface_128": [(.36167656, .40387734), (.63696719, .40235469), (.50019687, .56044219), (.38710391, .72160547), (.61507734, .72034453)],
    "ffhq_512": [(.37691676, .46864664), (.62285697, .46912813), (.50123859, .61331904), (.39308822, .72541100), (.61150205, .72490465)],
}


def template(name, device):
    return torch.tensor(TEMPLATES[name], dtype=torch.float32, device=device)


def similarity(points, target):
    """Least-squares rotation, scale and shift from points [n, k, 2] to target [k, 2] or [n, k, 2]: matrices [n, 2, 3]."""
    target = target.expand_as(points)
    mean, goal = points.mean(1, keepdim=True), target.mean(1, keepdim=True)
    p, q = points - mean, target - goal
    spread = (p * p).sum((1, 2)).clamp_min(1e-12)
    a = (p * q).sum((1, 2)) / spread
    b = (p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]).sum(1) / spread
    turn = torch.stack([torch.stack([a, -b], 1), torch.stack([b, a], 1)], 1)
    shift = goal[:, 0] - torch.einsum("nij,nj->ni", turn, mean[:, 0])
    return torch.cat([turn, shift[..., None]], 2)


def invert(matrix):
    a, b, c, d = matrix[:, 0, 0], matrix[:, 0, 1], matrix[:, 1, 0], matrix[:, 1, 1]
    turn = torch.stack([torch.stack([d, -b], 1), torch.stack([-c, a], 1)], 1) / (a * d - b * c)[:, None, None]
    return torch.cat([turn, -turn @ matrix[:, :, 2:]], 2)


def chain(first, second):
    """first, then second."""
    return torch.cat([second[:, :, :2] @ first[:, :, :2], second[:, :, :2] @ first[:, :, 2:] + second[:, :, 2:]], 2)


def apply(matrix, points):
    return torch.einsum("nij,nkj->nki", matrix[:, :, :2], points) + matrix[:, None, :, 2]


def turned(matrix, degrees, edge):
    """The map to a square crop of `edge` pixels, followed by a counter-clockwise turn of the crop by degrees [n]."""
    angle = degrees * (torch.pi / 180)
    c, s, middle = torch.cos(angle), torch.sin(angle), (edge - 1) / 2
    turn = torch.stack([torch.stack([c, s, middle - c * middle - s * middle], 1), torch.stack([-s, c, middle + s * middle - c * middle], 1)], 1)
    return chain(matrix, turn)


def warp(pictures, to_crop, edge, border="border", over=1, nearest=False):
    """Crops [n, c, edge, edge] in 0..1 of u8 pictures [n, h, w, c] (or floats [n, c, h, w]) by maps frame -> crop. over: samples per axis that are averaged."""
    if pictures.dtype == torch.uint8:
        pictures = pictures.permute(0, 3, 1, 2).float() * (1 / 255)
    height, width = pictures.shape[2:]
    back = invert(to_crop)
    steps = (torch.arange(edge * over, device=pictures.device, dtype=torch.float32) + 0.5) / over - 0.5
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    at = torch.stack([x, y, torch.ones_like(x)], -1).reshape(1, -1, 3) @ back.transpose(1, 2)
    scale = torch.tensor([2 / (width - 1), 2 / (height - 1)], device=pictures.device)
    grid = (at * scale - 1).reshape(-1, edge * over, edge * over, 2)
    crop = F.grid_sample(pictures, grid, mode="nearest" if nearest else "bilinear", padding_mode=border, align_corners=True)
    return F.avg_pool2d(crop, over) if over > 1 else crop


def align(points_5, name, edge):
    return similarity(points_5, template(name, points_5.device) * edge)


def jittered(points, share, generator=None):
    """Points moved as a detector's error would: a common part and one of each point, in shares of the distance of the eyes (never less than a third of the face)."""
    eyes = (points[:, 0] - points[:, 1]).norm(dim=1)
    tall = ((points[:, 0] + points[:, 1]) / 2 - (points[:, 3] + points[:, 4]) / 2).norm(dim=1)
    size = torch.maximum(eyes, 0.6 * tall)[:, None, None]
    noise = torch.randn(points.shape, device=points.device, generator=generator) + 0.7 * torch.randn(points.shape[0], 1, 2, device=points.device, generator=generator)
    return points + share * size * noise


def turn_of(points, known):
    """How points [n, k, 2] of a picture sit on a face whose points [n, k, 3] are known in space: rotations [n, 3, 3] of the affine camera of least squares."""
    seen, there = points - points.mean(1, keepdim=True), known - known.mean(1, keepdim=True)
    moments = torch.linalg.inv_ex(there.transpose(1, 2) @ there).inverse
    camera = seen.transpose(1, 2) @ there @ moments
    right = F.normalize(camera[:, 0], dim=1)
    down = F.normalize(camera[:, 1] - (camera[:, 1] * right).sum(1, keepdim=True) * right, dim=1)
    return torch.stack([right, down, torch.linalg.cross(right, down)], 1)


def angle_between(a, b):
    """Degrees [n] between rotations, from the length of their difference: it has a gradient where they are nearly the same."""
    half = ((a - b).square().sum((1, 2)) / 8 + 1e-8).sqrt().clamp(max=1 - 1e-4)
    return torch.rad2deg(2 * torch.asin(half))


def box_mask(edge, device, blur=0.3):
    """What share of a crop's pixels a film shows with mien's usual box mask [1, 1, edge, edge]: ones, a band of zeros, both blurred (src/kernels/mask.h)."""
    amount = int(edge * 0.5 * blur)
    band, sigma = max(amount // 2, 1), amount * 0.25
    inside = torch.zeros(1, 1, edge, edge, device=device)
    inside[:, :, band:-band, band:-band] = 1
    reach = (round(8 * sigma + 1) | 1) // 2
    bell = torch.exp(-(torch.arange(-reach, reach + 1, device=device).float() / sigma).square() / 2)
    bell = (bell / bell.sum()).reshape(1, 1, 1, -1)
    across = F.conv2d(F.pad(inside, (reach, reach, 0, 0), mode="reflect"), bell)
    return F.conv2d(F.pad(across, (0, 0, reach, reach), mode="reflect"), bell.transpose(2, 3))


def box_crop(boxes, edge, face_edge):
    """mien's landmarker crop: the box's longer side becomes face_edge pixels, its centre the middle of the crop."""
    size = (boxes[:, 2:] - boxes[:, :2]).amax(1).clamp_min(1)
    scale = face_edge / size
    shift = (edge - (boxes[:, :2] + boxes[:, 2:]) * scale[:, None]) * 0.5
    zero = torch.zeros_like(scale)
    return torch.stack([torch.stack([scale, zero, shift[:, 0]], 1), torch.stack([zero, scale, shift[:, 1]], 1)], 1)


def varied(x, strength=1.0, generator=None):
    """Pictures in 0..1 with other exposure, contrast, colour cast, sharpness and noise, each picture its own."""
    n, device = x.shape[0], x.device
    random = lambda *shape: torch.rand(*shape, device=device, generator=generator)
    normal = lambda *shape: torch.randn(*shape, device=device, generator=generator)
    soft = F.interpolate(F.avg_pool2d(x, 2, ceil_mode=True), x.shape[2:], mode="bilinear", align_corners=False)
    softer = F.interpolate(F.avg_pool2d(x, 4, ceil_mode=True), x.shape[2:], mode="bilinear", align_corners=False)
    choice = random(n, 1, 1, 1)
    x = torch.where(choice < 0.15 * strength, soft, torch.where(choice > 1 - 0.06 * strength, softer, x))
    gain = torch.exp2(normal(n, 1, 1, 1) * 0.25 * strength) * torch.exp2(normal(n, 3, 1, 1) * 0.08 * strength)
    gamma = torch.exp2(normal(n, 1, 1, 1) * 0.2 * strength)
    x = (x.clamp(1e-4, 1) ** gamma * gain - 0.5) * torch.exp2(normal(n, 1, 1, 1) * 0.15 * strength) + 0.5
    x = x + normal(*x.shape) * (normal(n, 1, 1, 1).abs() * 0.02 * strength)
    grey = x.mean(1, keepdim=True)
    x = torch.where(random(n, 1, 1, 1) < 0.05 * strength, grey.expand_as(x), x)
    return x.clamp(0, 1)

"""Called by the engine: judge(celsius=...). What it returns is the step's output."""


def judge(celsius):
    celsius = float(celsius)
    if celsius < 19:
        comfort = "cold"
    elif celsius > 22:
        comfort = "warm"
    else:
        comfort = "pleasant"
    print(f"{celsius} degrees is {comfort}")  # other lines go to the run's log
    return {"comfort": comfort}

-- How many power plants does the grid have?
-- Please count all power plants.
SELECT count(*) FROM Power_Plant

-- What are the names of the utility companies?
-- List every utility company by name.
SELECT Name FROM Utility_Company

-- Which fuels are used by our plants? Mention each fuel only once.
-- What distinct fuels do power plants run on?
SELECT DISTINCT Fuel FROM Power_Plant

-- What is the capacity of the plant named Palo Seco?
-- How many megawatts of capacity does Palo Seco have?
SELECT Capacity_MW FROM Power_Plant WHERE Name = 'Palo Seco'

-- Which companies are headquartered in Denver?
-- Give the names of utility companies whose headquarters are in Denver.
SELECT Name FROM Utility_Company WHERE Headquarters = 'Denver'

-- What is the longest outage on record, in hours?
SELECT max(Hours) FROM Outage

-- What is the combined capacity of all power plants?
-- Add up the capacity in megawatts over all plants.
SELECT sum(Capacity_MW) FROM Power_Plant

-- How many outages were caused by a storm?
-- Count outages with the cause storm.
SELECT count(*) FROM Outage WHERE Cause = 'storm'

-- Which substations operate at 230 kilovolts?
-- Name the substations with a voltage of 230 kV.
SELECT Name FROM Substation WHERE Voltage_KV = 230

-- On average, how old are the engineers?
SELECT avg(Age) FROM Engineer

-- Arrange the names of the regions by population, from the most to the least populous.
-- Region names, most populous first?
SELECT Name FROM Region ORDER BY Population DESC

-- Which engineers specialise in turbines?
-- Who are the engineers with the specialty turbines?
SELECT Name FROM Engineer WHERE Specialty = 'turbines'

-- How many different causes of outages have been recorded?
SELECT count(DISTINCT Cause) FROM Outage

-- How many transmission lines are underground (marked yes)?
-- Count the transmission lines where underground is yes.
SELECT count(*) FROM Transmission_Line WHERE Underground = 'yes'

-- Which plants opened before 1960?
SELECT Name FROM Power_Plant WHERE Opened < 1960

-- Give the specialty and the salary of each engineer, along with the name.
-- For all engineers, report name, specialty and salary.
SELECT Name, Specialty, Salary FROM Engineer

-- What are the name, capacity and opening year of the solar plants?
-- For plants that run on solar, list name, capacity and the year they opened.
SELECT Name, Capacity_MW, Opened FROM Power_Plant WHERE Fuel = 'solar'

-- What are the lowest and highest scores that an inspection ever gave?
-- Report the minimum and maximum inspection score.
SELECT min(Score), max(Score) FROM Inspection

-- Which power plant has the largest capacity?
-- What is the name of the plant that can produce the most megawatts?
SELECT Name FROM Power_Plant ORDER BY Capacity_MW DESC LIMIT 1

-- Who is the youngest engineer, and what is that engineer's specialty?
-- Show name and specialty of the engineer with the lowest age.
SELECT Name, Specialty FROM Engineer ORDER BY Age LIMIT 1

-- Which three companies have the highest revenue? Show their names and revenues.
-- List the top 3 companies by revenue, with the revenue in millions.
SELECT Name, Revenue_Millions FROM Utility_Company ORDER BY Revenue_Millions DESC LIMIT 3

-- Which region has the highest peak demand?
SELECT Name FROM Region ORDER BY Peak_Demand DESC LIMIT 1

-- How many plants use each fuel?
-- For each type of fuel, how many power plants are there?
SELECT Fuel, count(*) FROM Power_Plant GROUP BY Fuel

-- What is the average capacity of the plants for each fuel?
-- Show the mean plant capacity by fuel.
SELECT Fuel, avg(Capacity_MW) FROM Power_Plant GROUP BY Fuel

-- For every cause, how many hours of outage were there in total?
-- Sum the outage hours by cause.
SELECT Cause, sum(Hours) FROM Outage GROUP BY Cause

-- What is the average salary within each specialty?
SELECT Specialty, avg(Salary) FROM Engineer GROUP BY Specialty

-- How many substations are there at each voltage?
-- Count substations grouped by their voltage.
SELECT Voltage_KV, count(*) FROM Substation GROUP BY Voltage_KV

-- How many inspections were passed and how many were not? Show passed and the count.
-- Count the inspections for each answer in passed.
SELECT Passed, count(*) FROM Inspection GROUP BY Passed

-- Which fuels are used by at least 3 plants?
-- What fuels do three plants or more (at least 3) run on?
SELECT Fuel FROM Power_Plant GROUP BY Fuel HAVING count(*) >= 3

-- Which specialties have an average salary above 90000?
-- List each specialty in which engineers earn more than 90000 on average.
SELECT Specialty FROM Engineer GROUP BY Specialty HAVING avg(Salary) > 90000

-- Which plants belong to the company Great Basin Power?
-- Name all plants owned by Great Basin Power.
SELECT T1.Name FROM Power_Plant AS T1 JOIN Utility_Company AS T2 ON T1.company_ID = T2.company_ID WHERE T2.Name = 'Great Basin Power'

-- In which region does each plant stand? Show plant name and region name.
-- List the plants with the names of their regions.
SELECT T1.Name, T2.Name FROM Power_Plant AS T1 JOIN Region AS T2 ON T1.region_ID = T2.region_ID

-- What plants are located in the region Snake River, and what are their capacities?
-- Show name and capacity of the plants in the Snake River region.
SELECT T1.Name, T1.Capacity_MW FROM Power_Plant AS T1 JOIN Region AS T2 ON T1.region_ID = T2.region_ID WHERE T2.Name = 'Snake River'

-- Which engineers work at the Palo Seco plant?
-- Who are the engineers of Palo Seco?
SELECT T1.Name FROM Engineer AS T1 JOIN Power_Plant AS T2 ON T1.plant_ID = T2.plant_ID WHERE T2.Name = 'Palo Seco'

-- How many substations are in the Sun Corridor?
SELECT count(*) FROM Substation AS T1 JOIN Region AS T2 ON T1.region_ID = T2.region_ID WHERE T2.Name = 'Sun Corridor'

-- When did outages start at Jordan Narrows, and how many hours did they last?
-- Give the start date and hours of each outage at the plant Jordan Narrows.
SELECT T1.Start_Date, T1.Hours FROM Outage AS T1 JOIN Power_Plant AS T2 ON T1.plant_ID = T2.plant_ID WHERE T2.Name = 'Jordan Narrows'

-- What is the total capacity of plants in the region Front Range?
-- How many megawatts do the plants of the Front Range region add up to?
SELECT sum(T1.Capacity_MW) FROM Power_Plant AS T1 JOIN Region AS T2 ON T1.region_ID = T2.region_ID WHERE T2.Name = 'Front Range'

-- What was the average inspection score at plants that run on gas?
-- Find the mean score of inspections of gas plants.
SELECT avg(T1.Score) FROM Inspection AS T1 JOIN Power_Plant AS T2 ON T1.plant_ID = T2.plant_ID WHERE T2.Fuel = 'gas'

-- Name the power plants that have a transmission line to Casa Grande.
SELECT T1.Name FROM Power_Plant AS T1 JOIN Transmission_Line AS T2 ON T1.plant_ID = T2.plant_ID JOIN Substation AS T3 ON T2.substation_ID = T3.substation_ID WHERE T3.Name = 'Casa Grande'

-- What are the distinct names of companies that own plants in the region Wasatch?
-- Which companies, each listed once, have a plant in Wasatch?
SELECT DISTINCT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID JOIN Region AS T3 ON T2.region_ID = T3.region_ID WHERE T3.Name = 'Wasatch'

-- Which plants did the engineer Dwight Larsen inspect? Do not repeat a plant.
-- Show the distinct plants that Dwight Larsen has inspected.
SELECT DISTINCT T1.Name FROM Power_Plant AS T1 JOIN Inspection AS T2 ON T1.plant_ID = T2.plant_ID JOIN Engineer AS T3 ON T2.engineer_ID = T3.engineer_ID WHERE T3.Name = 'Dwight Larsen'

-- How many outages have the plants of Blue Mesa Energy had?
-- Count outages at plants owned by Blue Mesa Energy.
SELECT count(*) FROM Outage AS T1 JOIN Power_Plant AS T2 ON T1.plant_ID = T2.plant_ID JOIN Utility_Company AS T3 ON T2.company_ID = T3.company_ID WHERE T3.Name = 'Blue Mesa Energy'

-- Which wind plants exceed 300 megawatts of capacity?
-- Find the plants that run on wind and have a capacity greater than 300.
SELECT Name FROM Power_Plant WHERE Fuel = 'wind' AND Capacity_MW > 300

-- Which plants burn coal or opened after 2016? Show name and fuel.
-- Give name and fuel of every plant that either runs on coal or opened after 2016.
SELECT Name, Fuel FROM Power_Plant WHERE Fuel = 'coal' OR Opened > 2016

-- Which outages began during 2021? Show the start date, the hours and the cause.
-- For outages that started in 2021, report start date, hours and cause.
SELECT Start_Date, Hours, Cause FROM Outage WHERE Start_Date BETWEEN '2021-01-01' AND '2021-12-31'

-- Which engineers earn between 80000 and 95000?
-- Name the engineers with a salary from 80000 to 95000.
SELECT Name FROM Engineer WHERE Salary BETWEEN 80000 AND 95000

-- Which plants have Dam in their name? Show the name and the year they opened.
-- For plants whose name contains Dam, give name and opening year.
SELECT Name, Opened FROM Power_Plant WHERE Name LIKE '%Dam%'

-- Which companies have a name that starts with the letter S?
SELECT Name FROM Utility_Company WHERE Name LIKE 'S%'

-- Which engineers over 50 do not work in turbines? Show name and age.
-- List name and age of engineers older than 50 whose specialty is not turbines.
SELECT Name, Age FROM Engineer WHERE Age > 50 AND Specialty != 'turbines'

-- How many plants does each company own? Give the company name and the count.
-- Show every company that owns plants together with how many it owns.
SELECT T1.Name, count(*) FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID GROUP BY T1.company_ID

-- What is the total plant capacity in each region? Show region names.
-- For each region name, add up the capacity of its plants.
SELECT T1.Name, sum(T2.Capacity_MW) FROM Region AS T1 JOIN Power_Plant AS T2 ON T1.region_ID = T2.region_ID GROUP BY T1.region_ID

-- How many hours of outage did each plant suffer in total? Plant name and hours.
-- By plant name, sum up the outage hours.
SELECT T1.Name, sum(T2.Hours) FROM Power_Plant AS T1 JOIN Outage AS T2 ON T1.plant_ID = T2.plant_ID GROUP BY T1.plant_ID

-- What is the average score given by each engineer who has done inspections? Show the engineer's name.
-- For each inspecting engineer, show the name and the mean score.
SELECT T1.Name, avg(T2.Score) FROM Engineer AS T1 JOIN Inspection AS T2 ON T1.engineer_ID = T2.engineer_ID GROUP BY T1.engineer_ID

-- How many kilometres of transmission line arrive at each substation? Show its name and the total.
-- Total length of transmission lines by substation name?
SELECT T1.Name, sum(T2.Length_KM) FROM Substation AS T1 JOIN Transmission_Line AS T2 ON T1.substation_ID = T2.substation_ID GROUP BY T1.substation_ID

-- Which plants have never been inspected?
SELECT Name FROM Power_Plant WHERE plant_ID NOT IN (SELECT plant_ID FROM Inspection)

-- Which companies own no power plant?
SELECT Name FROM Utility_Company WHERE company_ID NOT IN (SELECT company_ID FROM Power_Plant)

-- Which plants are larger than the average plant in capacity?
-- Name plants with a capacity above the average capacity.
SELECT Name FROM Power_Plant WHERE Capacity_MW > (SELECT avg(Capacity_MW) FROM Power_Plant)

-- Which substations are not reached by any transmission line?
-- Are there substations without a transmission line? Give their names.
SELECT Name FROM Substation WHERE substation_ID NOT IN (SELECT substation_ID FROM Transmission_Line)

-- Which plants have had an outage because of a wildfire?
-- Name each plant, once, that suffered an outage with the cause wildfire.
SELECT Name FROM Power_Plant WHERE plant_ID IN (SELECT plant_ID FROM Outage WHERE Cause = 'wildfire')

-- Which regions have no plant?
SELECT Name FROM Region WHERE region_ID NOT IN (SELECT region_ID FROM Power_Plant)

-- In which years did both a plant and a substation open?
-- Find the years in which a power plant opened and a substation opened too.
SELECT Opened FROM Power_Plant INTERSECT SELECT Opened FROM Substation

-- Which cause accounts for the largest number of outages?
SELECT Cause FROM Outage GROUP BY Cause ORDER BY count(*) DESC LIMIT 1

-- Which fuel provides the most capacity in total? Show the fuel and the sum.
-- Name the fuel with the highest total capacity, together with that total.
SELECT Fuel, sum(Capacity_MW) FROM Power_Plant GROUP BY Fuel ORDER BY sum(Capacity_MW) DESC LIMIT 1

-- Which company owns the most plants?
-- What is the name of the company with the greatest number of plants?
SELECT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID GROUP BY T1.company_ID ORDER BY count(*) DESC LIMIT 1

-- Which plant had the most hours of outage altogether? Give its name and fuel.
-- Show name and fuel of the plant whose outages sum to the most hours.
SELECT T1.Name, T1.Fuel FROM Power_Plant AS T1 JOIN Outage AS T2 ON T1.plant_ID = T2.plant_ID GROUP BY T1.plant_ID ORDER BY sum(T2.Hours) DESC LIMIT 1

-- Which region has the highest total capacity, and how much is that?
-- Give the name and total capacity of the region where plants can produce the most.
SELECT T1.Name, sum(T2.Capacity_MW) FROM Region AS T1 JOIN Power_Plant AS T2 ON T1.region_ID = T2.region_ID GROUP BY T1.region_ID ORDER BY sum(T2.Capacity_MW) DESC LIMIT 1

-- Which engineer has made the most inspections? Show the name and the number.
-- Who carried out the largest number of inspections, and how many were they?
SELECT T1.Name, count(*) FROM Engineer AS T1 JOIN Inspection AS T2 ON T1.engineer_ID = T2.engineer_ID GROUP BY T1.engineer_ID ORDER BY count(*) DESC LIMIT 1

-- Which companies have both wind and gas plants?
-- Name the companies that own a plant running on wind and a plant running on gas.
SELECT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID WHERE T2.Fuel = 'wind' INTERSECT SELECT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID WHERE T2.Fuel = 'gas'

-- Which regions do not have any gas plant?
-- Give the names of the regions in which no plant runs on gas.
SELECT Name FROM Region EXCEPT SELECT T1.Name FROM Region AS T1 JOIN Power_Plant AS T2 ON T1.region_ID = T2.region_ID WHERE T2.Fuel = 'gas'

-- What is the longest transmission line? Show the plant, the substation and the length.
-- For the longest line, give plant name, substation name and length in kilometres.
SELECT T1.Name, T3.Name, T2.Length_KM FROM Power_Plant AS T1 JOIN Transmission_Line AS T2 ON T1.plant_ID = T2.plant_ID JOIN Substation AS T3 ON T2.substation_ID = T3.substation_ID ORDER BY T2.Length_KM DESC LIMIT 1

-- Which is the oldest plant of Cascadia Electric, and when did it open?
-- Give name and opening year of the earliest opened plant of Cascadia Electric.
SELECT T1.Name, T1.Opened FROM Power_Plant AS T1 JOIN Utility_Company AS T2 ON T1.company_ID = T2.company_ID WHERE T2.Name = 'Cascadia Electric' ORDER BY T1.Opened LIMIT 1

-- Which plants had more than 3 outages? Show the plant name and the number of outages.
-- Name the plants with over 3 outages and say how many they had.
SELECT T1.Name, count(*) FROM Power_Plant AS T1 JOIN Outage AS T2 ON T1.plant_ID = T2.plant_ID GROUP BY T1.plant_ID HAVING count(*) > 3

-- Which gas plants have a capacity below the average of all plants? Show name and capacity.
-- List name and capacity of the plants running on gas that are below average in capacity.
SELECT Name, Capacity_MW FROM Power_Plant WHERE Fuel = 'gas' AND Capacity_MW < (SELECT avg(Capacity_MW) FROM Power_Plant)

-- Considering outages of more than 24 hours, which cause is the most common, and how often did it happen?
-- Among outages longer than 24 hours, name the cause that occurs most and its count.
SELECT Cause, count(*) FROM Outage WHERE Hours > 24 GROUP BY Cause ORDER BY count(*) DESC LIMIT 1

-- Which engineers earn more than the average engineer with the specialty electrical? Name and salary.
-- Show name and salary of engineers who are paid above the average of the electrical engineers.
SELECT Name, Salary FROM Engineer WHERE Salary > (SELECT avg(Salary) FROM Engineer WHERE Specialty = 'electrical')

-- For plants opened after 2000, how many outages has each had? Give the plant name and the count.
-- Count the outages of every plant that opened after 2000; show plant name and count.
SELECT T1.Name, count(*) FROM Power_Plant AS T1 JOIN Outage AS T2 ON T1.plant_ID = T2.plant_ID WHERE T1.Opened > 2000 GROUP BY T1.plant_ID

-- Which inspections failed (passed is no) at a hydro plant? Show the plant name, the date and the score.
-- For hydro plants, list plant name, inspection date and score of each inspection where passed is no.
SELECT T1.Name, T2.Inspection_Date, T2.Score FROM Power_Plant AS T1 JOIN Inspection AS T2 ON T1.plant_ID = T2.plant_ID WHERE T1.Fuel = 'hydro' AND T2.Passed = 'no'

-- Which companies own plants in both the region Columbia Plateau and the region Snake River?
-- Name companies with a plant in Columbia Plateau as well as one in Snake River.
SELECT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID JOIN Region AS T3 ON T2.region_ID = T3.region_ID WHERE T3.Name = 'Columbia Plateau' INTERSECT SELECT T1.Name FROM Utility_Company AS T1 JOIN Power_Plant AS T2 ON T1.company_ID = T2.company_ID JOIN Region AS T3 ON T2.region_ID = T3.region_ID WHERE T3.Name = 'Snake River'

-- In which region with a population over 1000000 is the demand at its peak the lowest? Name and peak demand.
-- Among regions of more than 1000000 people, show name and peak demand of the one with the lowest peak demand.
SELECT Name, Peak_Demand FROM Region WHERE Population > 1000000 ORDER BY Peak_Demand LIMIT 1

-- What is the highest score that each plant of the company Cascadia Electric has got? Plant name and score.
-- For Cascadia Electric, show plant names with their best inspection score.
SELECT T1.Name, max(T2.Score) FROM Power_Plant AS T1 JOIN Inspection AS T2 ON T1.plant_ID = T2.plant_ID JOIN Utility_Company AS T3 ON T1.company_ID = T3.company_ID WHERE T3.Name = 'Cascadia Electric' GROUP BY T1.plant_ID

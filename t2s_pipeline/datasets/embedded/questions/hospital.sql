-- How many doctors work at the hospital?
-- What is the total number of doctors?
SELECT count(*) FROM Doctor

-- List the names of all departments.
-- What are the departments called?
SELECT Name FROM Department

-- Which patients live in Milford?
-- Show the names of patients from the city Milford.
SELECT Name FROM Patient WHERE City = 'Milford'

-- What is the highest salary of a nurse?
SELECT max(Salary) FROM Nurse

-- What kinds of rooms are there?
-- Show the different kinds of rooms.
SELECT DISTINCT Kind FROM Room

-- How many patients have the blood type O+?
-- Count the patients of blood type O+.
SELECT count(*) FROM Patient WHERE Blood_Type = 'O+'

-- How many beds does the hospital have in all rooms?
-- What is the total number of beds?
SELECT sum(Beds) FROM Room

-- Which doctors were hired after 2014?
-- Find the names of doctors with a hire year after 2014.
SELECT Name FROM Doctor WHERE Hire_Year > 2014

-- Which medicines are made by Halden Pharma?
-- Names of the medicines from the maker Halden Pharma.
SELECT Name FROM Medicine WHERE Maker = 'Halden Pharma'

-- What is the average number of nights of a stay?
SELECT avg(Nights) FROM Stay

-- How many bills are not paid (paid is no)?
-- Count the bills where paid is no.
SELECT count(*) FROM Bill WHERE Paid = 'no'

-- List the names of the doctors by salary, highest first.
-- Sort the doctors from the best paid to the worst paid and give their names.
SELECT Name FROM Doctor ORDER BY Salary DESC

-- How many different cities do the patients come from?
SELECT count(DISTINCT City) FROM Patient

-- On which floor is Oncology?
-- What is the floor of the department Oncology?
SELECT Floor FROM Department WHERE Name = 'Oncology'

-- Which medicines cost more than 50?
SELECT Name FROM Medicine WHERE Price > 50

-- Show the name, specialty and salary of each doctor.
-- What are the names, specialties and salaries of all doctors?
SELECT Name, Specialty, Salary FROM Doctor

-- What are the name and salary of nurses on the night shift?
-- For nurses whose shift is night, show name and salary.
SELECT Name, Salary FROM Nurse WHERE Shift = 'night'

-- What are the lowest and the highest bill amounts?
-- Show the minimum and the maximum amount of a bill.
SELECT min(Amount), max(Amount) FROM Bill

-- Which department has the largest budget?
-- Give the name of the department with the highest budget.
SELECT Name FROM Department ORDER BY Budget DESC LIMIT 1

-- Who is the oldest patient? Show the name and the birth date.
-- Show name and birth date of the patient born first.
SELECT Name, Birth_Date FROM Patient ORDER BY Birth_Date LIMIT 1

-- What are the three most expensive medicines? Show name and price.
-- Show the names and prices of the 3 medicines with the highest price.
SELECT Name, Price FROM Medicine ORDER BY Price DESC LIMIT 3

-- How many nurses work on each shift?
-- Count the nurses by shift.
SELECT Shift, count(*) FROM Nurse GROUP BY Shift

-- How many patients are there for each blood type?
-- For each blood type, show the number of patients.
SELECT Blood_Type, count(*) FROM Patient GROUP BY Blood_Type

-- What is the average number of nights for each diagnosis?
-- Show the average nights of a stay by diagnosis.
SELECT Diagnosis, avg(Nights) FROM Stay GROUP BY Diagnosis

-- How many beds are there in each kind of room?
-- For each kind of room, add up the beds.
SELECT Kind, sum(Beds) FROM Room GROUP BY Kind

-- What is the average price of the medicines of each maker?
SELECT Maker, avg(Price) FROM Medicine GROUP BY Maker

-- Which diagnoses were made more than 4 times?
-- Find the diagnoses with more than 4 stays.
SELECT Diagnosis FROM Stay GROUP BY Diagnosis HAVING count(*) > 4

-- Which cities have at least 4 patients?
SELECT City FROM Patient GROUP BY City HAVING count(*) >= 4

-- Which doctors work in Emergency?
-- List the names of the doctors of the department Emergency.
SELECT T1.Name FROM Doctor AS T1 JOIN Department AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Name = 'Emergency'

-- Show the name of each nurse and the name of the department.
-- List nurses with their department names.
SELECT T1.Name, T2.Name FROM Nurse AS T1 JOIN Department AS T2 ON T1.Department_ID = T2.Department_ID

-- How many rooms does Cardiology have?
-- Count the rooms of the department Cardiology.
SELECT count(*) FROM Room AS T1 JOIN Department AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Name = 'Cardiology'

-- What are the room numbers and beds in the Neurology department?
-- Show room number and beds of each room in Neurology.
SELECT T1.Room_Number, T1.Beds FROM Room AS T1 JOIN Department AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Name = 'Neurology'

-- When was Josefina Luna admitted, and with what diagnosis?
-- Show the admission date and diagnosis of each stay of Josefina Luna.
SELECT T1.Admission_Date, T1.Diagnosis FROM Stay AS T1 JOIN Patient AS T2 ON T1.Patient_ID = T2.Patient_ID WHERE T2.Name = 'Josefina Luna'

-- Which patients had a diagnosis of asthma? Show each name once.
-- Show the distinct names of patients with the diagnosis asthma.
SELECT DISTINCT T1.Name FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID WHERE T2.Diagnosis = 'asthma'

-- What is the average salary of doctors in departments on floor 3?
-- On floor 3, how much do doctors earn on average?
SELECT avg(T1.Salary) FROM Doctor AS T1 JOIN Department AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Floor = 3

-- What is the total amount of the bills for stays with a heart attack?
-- For the diagnosis heart attack, add up the amounts of the bills.
SELECT sum(T1.Amount) FROM Bill AS T1 JOIN Stay AS T2 ON T1.Stay_ID = T2.Stay_ID WHERE T2.Diagnosis = 'heart attack'

-- Which medicines were prescribed to Clara Whitcomb? Show each medicine once.
-- Show the distinct medicines that Clara Whitcomb got.
SELECT DISTINCT T1.Name FROM Medicine AS T1 JOIN Prescription AS T2 ON T1.Medicine_ID = T2.Medicine_ID JOIN Stay AS T3 ON T2.Stay_ID = T3.Stay_ID JOIN Patient AS T4 ON T3.Patient_ID = T4.Patient_ID WHERE T4.Name = 'Clara Whitcomb'

-- Which patients did the doctor Evelyn Hartwell treat? Show patient name and diagnosis.
-- Show the names and diagnoses of patients treated by Evelyn Hartwell.
SELECT T1.Name, T2.Diagnosis FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID JOIN Doctor AS T3 ON T2.Doctor_ID = T3.Doctor_ID WHERE T3.Name = 'Evelyn Hartwell'

-- How many doses of Painaway were prescribed in total?
SELECT sum(T1.Doses) FROM Prescription AS T1 JOIN Medicine AS T2 ON T1.Medicine_ID = T2.Medicine_ID WHERE T2.Name = 'Painaway'

-- Which doctors hired before 2010 earn less than 290000?
-- Find the doctors with a hire year before 2010 and a salary below 290000.
SELECT Name FROM Doctor WHERE Hire_Year < 2010 AND Salary < 290000

-- Which rooms are private or have more than 5 beds? Show the room number and kind.
-- Show the number and kind of rooms that are of the kind private or have over 5 beds.
SELECT Room_Number, Kind FROM Room WHERE Kind = 'private' OR Beds > 5

-- Which patients were born between 1990-01-01 and 2005-12-31? Show name and city.
-- Show name and city of patients with a birth date from 1990-01-01 to 2005-12-31.
SELECT Name, City FROM Patient WHERE Birth_Date BETWEEN '1990-01-01' AND '2005-12-31'

-- Which nurses earn between 70000 and 76000?
SELECT Name FROM Nurse WHERE Salary BETWEEN 70000 AND 76000

-- Which doctors have the word surgery in their specialty? Show name and hire year.
-- Show name and hire year of doctors whose specialty contains surgery.
SELECT Name, Hire_Year FROM Doctor WHERE Specialty LIKE '%surgery%'

-- Which medicines have a name that ends with ex?
-- Find medicines whose names end in ex.
SELECT Name FROM Medicine WHERE Name LIKE '%ex'

-- How many doctors does each department have? Show the department name.
-- For each department name, count the doctors.
SELECT T1.Name, count(*) FROM Department AS T1 JOIN Doctor AS T2 ON T1.Department_ID = T2.Department_ID GROUP BY T1.Department_ID

-- What is the average nurse salary in each department? Show the department name.
-- Show each department's name with the average salary of its nurses.
SELECT T1.Name, avg(T2.Salary) FROM Department AS T1 JOIN Nurse AS T2 ON T1.Department_ID = T2.Department_ID GROUP BY T1.Department_ID

-- How many nights did each patient stay in total? Show the name.
-- Sum up the nights by patient name.
SELECT T1.Name, sum(T2.Nights) FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID GROUP BY T1.Patient_ID

-- How many times was each medicine prescribed? Show medicine name and count.
SELECT T1.Name, count(*) FROM Medicine AS T1 JOIN Prescription AS T2 ON T1.Medicine_ID = T2.Medicine_ID GROUP BY T1.Medicine_ID

-- How many beds does each department have? Show its name.
-- Show the name of each department that has rooms with its total of beds.
SELECT T1.Name, sum(T2.Beds) FROM Department AS T1 JOIN Room AS T2 ON T1.Department_ID = T2.Department_ID GROUP BY T1.Department_ID

-- Which patients have never stayed at the hospital?
-- Find the patients without any stay.
SELECT Name FROM Patient WHERE Patient_ID NOT IN (SELECT Patient_ID FROM Stay)

-- Which medicines were never prescribed?
SELECT Name FROM Medicine WHERE Medicine_ID NOT IN (SELECT Medicine_ID FROM Prescription)

-- Which departments have no rooms?
-- Find the departments without a room.
SELECT Name FROM Department WHERE Department_ID NOT IN (SELECT Department_ID FROM Room)

-- Which doctors earn more than the average doctor?
-- Find the doctors whose salary is above average.
SELECT Name FROM Doctor WHERE Salary > (SELECT avg(Salary) FROM Doctor)

-- Which departments do not have a nurse on the night shift?
-- Find departments in which no nurse works the night shift.
SELECT Name FROM Department WHERE Department_ID NOT IN (SELECT Department_ID FROM Nurse WHERE Shift = 'night')

-- Which diagnosis is the most frequent?
-- What is the most common diagnosis?
SELECT Diagnosis FROM Stay GROUP BY Diagnosis ORDER BY count(*) DESC LIMIT 1

-- Which city do most patients come from? Show the city and the number.
SELECT City, count(*) FROM Patient GROUP BY City ORDER BY count(*) DESC LIMIT 1

-- Which department has the most doctors with a salary over 200000? Show its name and floor.
-- Show the name and floor of the department with the largest number of doctors who earn more than 200000.
SELECT T1.Name, T1.Floor FROM Department AS T1 JOIN Doctor AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Salary > 200000 GROUP BY T1.Department_ID ORDER BY count(*) DESC LIMIT 1

-- Which doctor had the most stays? Show the name and specialty.
-- Find the doctor in charge of the largest number of stays; show name and specialty.
SELECT T1.Name, T1.Specialty FROM Doctor AS T1 JOIN Stay AS T2 ON T1.Doctor_ID = T2.Doctor_ID GROUP BY T1.Doctor_ID ORDER BY count(*) DESC LIMIT 1

-- Which patient got the highest bill? Show the name and the amount.
-- Show the name of the patient with the largest bill and its amount.
SELECT T1.Name, T3.Amount FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID JOIN Bill AS T3 ON T2.Stay_ID = T3.Stay_ID ORDER BY T3.Amount DESC LIMIT 1

-- Which departments have both a day and a night nurse?
-- Find departments with a nurse on the day shift and a nurse on the night shift.
SELECT T1.Name FROM Department AS T1 JOIN Nurse AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Shift = 'day' INTERSECT SELECT T1.Name FROM Department AS T1 JOIN Nurse AS T2 ON T1.Department_ID = T2.Department_ID WHERE T2.Shift = 'night'

-- Which patients never had a stay in an intensive care room?
-- Find patients who were never in a room of the kind intensive care.
SELECT Name FROM Patient EXCEPT SELECT T1.Name FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID JOIN Room AS T3 ON T2.Room_Number = T3.Room_Number WHERE T3.Kind = 'intensive care'

-- Which doctors had more than 3 stays? Show name and number of stays.
-- Show the name and the number of stays for each doctor with over 3 stays.
SELECT T1.Name, count(*) FROM Doctor AS T1 JOIN Stay AS T2 ON T1.Doctor_ID = T2.Doctor_ID GROUP BY T1.Doctor_ID HAVING count(*) > 3

-- Which patients of Easton have an unpaid bill (paid is no)? Show name and amount.
-- For patients from Easton, show name and amount of the bills where paid is no.
SELECT T1.Name, T3.Amount FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID JOIN Bill AS T3 ON T2.Stay_ID = T3.Stay_ID WHERE T1.City = 'Easton' AND T3.Paid = 'no'

-- Which Halden Pharma medicines cost less than the average medicine? Show name and price.
-- Show name and price of medicines by the maker Halden Pharma that are cheaper than average.
SELECT Name, Price FROM Medicine WHERE Maker = 'Halden Pharma' AND Price < (SELECT avg(Price) FROM Medicine)

-- In 2022, which diagnosis had the most stays? Show diagnosis and count.
-- Among stays with admission in 2022, show the most frequent diagnosis and its count.
SELECT Diagnosis, count(*) FROM Stay WHERE Admission_Date BETWEEN '2022-01-01' AND '2022-12-31' GROUP BY Diagnosis ORDER BY count(*) DESC LIMIT 1

-- What was the longest stay in the Cardiology department? Show patient name, admission date and nights.
-- For rooms of Cardiology, show patient name, admission date and nights of the longest stay.
SELECT T1.Name, T2.Admission_Date, T2.Nights FROM Patient AS T1 JOIN Stay AS T2 ON T1.Patient_ID = T2.Patient_ID JOIN Room AS T3 ON T2.Room_Number = T3.Room_Number JOIN Department AS T4 ON T3.Department_ID = T4.Department_ID WHERE T4.Name = 'Cardiology' ORDER BY T2.Nights DESC LIMIT 1

-- Which stays cost more than 20000? Show admission date and amount, the dearest first.
-- Show the admission date and amount of bills over 20000, in descending order of amount.
SELECT T1.Admission_Date, T2.Amount FROM Stay AS T1 JOIN Bill AS T2 ON T1.Stay_ID = T2.Stay_ID WHERE T2.Amount > 20000 ORDER BY T2.Amount DESC

-- Which doctors have treated both a stroke and a concussion?
SELECT T1.Name FROM Doctor AS T1 JOIN Stay AS T2 ON T1.Doctor_ID = T2.Doctor_ID WHERE T2.Diagnosis = 'stroke' INTERSECT SELECT T1.Name FROM Doctor AS T1 JOIN Stay AS T2 ON T1.Doctor_ID = T2.Doctor_ID WHERE T2.Diagnosis = 'concussion'
